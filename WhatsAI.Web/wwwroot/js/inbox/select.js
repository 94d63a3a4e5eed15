// Conversations are selected in the list: x or a click on the picture for one, Shift with a click or an arrow for a stretch. With a selection the keys of the
// thread mean the selection.
const typing = (el) => el instanceof HTMLElement && (el.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(el.tagName));
const rowAt = (el) => (el instanceof Element ? el.closest('a.cv:not([data-hit])') : null);
const idOf = (row) => (row ? new URL(row.href).pathname.split('/').pop() : null);

export function select(root, rows, net, on) {
  const pick = (id, range, from) => net.invokeMethodAsync('Pick', id, range, from).catch(() => {}); // the link is down: the page says so

  on(rows, 'mousedown', (e) => {
    if (e.shiftKey && rowAt(e.target)) e.preventDefault(); // no text is marked on the way
  });

  on(rows, 'click', (e) => {
    const row = rowAt(e.target);
    if (!row || e.ctrlKey || e.metaKey || e.altKey) return;
    const picture = e.target.closest('.avatar')?.parentElement === row;
    if (!e.shiftKey && !picture) return;
    e.preventDefault();
    e.stopPropagation();
    pick(idOf(row), e.shiftKey, null);
  }, { capture: true });

  on(document, 'keydown', (e) => {
    if (e.isComposing || e.ctrlKey || e.metaKey || e.altKey || typing(e.target) || document.querySelector('dialog:modal, .menu:popover-open')) return;
    const take = () => {
      e.preventDefault();
      e.stopImmediatePropagation();
    };
    const key = e.key.toLowerCase();
    const focused = rows.contains(document.activeElement) ? rowAt(document.activeElement) : null;
    if (e.shiftKey && focused && (e.key === 'ArrowDown' || e.key === 'ArrowUp')) {
      take();
      const all = [...rows.querySelectorAll('a.cv')];
      const next = all[all.indexOf(focused) + (e.key === 'ArrowDown' ? 1 : -1)];
      if (!next) return;
      next.focus();
      pick(idOf(next), true, idOf(focused));
      return;
    }
    if (e.shiftKey) return;
    if (key === 'x') {
      const row = focused ?? rowAt(rows.querySelector('a.cv[aria-current="true"]'));
      if (!row) return;
      take();
      pick(idOf(row), false, null);
      return;
    }
    const button = root.querySelector(`[data-selection-bar] [data-select-key="${CSS.escape(key)}"]`);
    if (button) {
      take();
      button.click();
    }
  }, { capture: true });
}
