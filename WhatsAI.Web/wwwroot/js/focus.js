// Where a list says data-keep-focus, the focus does not fall out of it with the row that was acted on: it goes to the row that takes its place, else to the
// list's title. It is watched only while the focus is in the list, or in a dialog that was opened from there.
let last = null;
const rows = (region) => [...region.querySelectorAll('tbody > tr, li')];
const watch = new MutationObserver(() => regain());

document.addEventListener('focusin', (e) => {
  const region = e.target.closest('[data-keep-focus]');
  if (region) {
    last = { region, target: e.target, row: e.target.closest('tr, li') };
    last.index = rows(region).indexOf(last.row);
    watch.disconnect();
    watch.observe(region, { childList: true, subtree: true });
  } else if (!e.target.closest('dialog')) {
    last = null;
    watch.disconnect();
  }
});

export function regain() {
  if (!last || last.target.isConnected || !last.region.isConnected || document.activeElement !== document.body) return;
  const all = rows(last.region);
  const near = last.row?.isConnected ? last.row : (all[last.index] ?? all.at(-1));
  const actions = [...(near?.querySelectorAll('button:enabled, a[href]') ?? [])].filter((a) => a.checkVisibility());
  const title = last.region.querySelector('h2');
  if (title) title.tabIndex = -1;
  (actions.at(-1) ?? title)?.focus();
}
