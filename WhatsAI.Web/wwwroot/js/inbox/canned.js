// Canned responses: a slash at the beginning or after a blank opens the list. Nothing waits for the server but the list itself and what is inserted, and the
// text is not touched before that is here.
const slash = /(?:^|\s)\/([^\s/]{0,32})$/;
const reach = 40; // more than the longest code, so that a long text is not searched at every key

export function bindCanned(root, input, net, ask, texts, signal) {
  const on = (target, type, handler) => target.addEventListener(type, handler, { signal });
  const quiet = (promise) => promise.catch(() => {});
  const unfilled = root.querySelector('[data-unfilled]');
  let token = null; // the slash that is being completed: { start, query }
  let refused = -1; // one that its person closed
  let chosen = null; // the id of a line
  let moved = false; // its person chose it: a list that comes late does not unchoose it
  let asking = null; // the token whose text is on its way
  let inserting = false;
  let gaps = []; // what was inserted and asks to be filled in

  const find = () => {
    const caret = input.selectionStart;
    if (caret !== input.selectionEnd) return null;
    const found = slash.exec(input.value.slice(Math.max(0, caret - reach), caret));
    return found && { start: caret - found[1].length - 1, query: found[1] };
  };
  const picker = () => root.querySelector('[data-canned-picker]');
  const list = () => root.querySelector('[data-canned-list]');
  const options = () => [...root.querySelectorAll('[data-canned-option]')];
  const fresh = () => token !== null && list()?.dataset.query === token.query;

  /* the field is a combobox while the list is there */
  const told = ['role', 'aria-expanded', 'aria-autocomplete', 'aria-haspopup', 'aria-controls', 'aria-activedescendant'];
  const choose = (option) => {
    for (const other of options()) other.setAttribute('aria-selected', String(other === option));
    chosen = option?.dataset.cannedOption ?? null;
    if (option) input.setAttribute('aria-activedescendant', option.id);
    else input.removeAttribute('aria-activedescendant');
  };
  let shown = null;
  const show = () => {
    if (!token || !list()) {
      if (shown !== null) for (const name of told) input.removeAttribute(name);
      shown = chosen = null;
      return;
    }
    input.setAttribute('role', 'combobox');
    input.setAttribute('aria-expanded', 'true');
    input.setAttribute('aria-autocomplete', 'list');
    input.setAttribute('aria-haspopup', 'listbox');
    input.setAttribute('aria-controls', list().id);
    const all = options();
    const query = list().dataset.query;
    choose(((query === shown || moved) && all.find((o) => o.dataset.cannedOption === chosen)) || all[0]);
    shown = query;
  };
  const drawn = new MutationObserver(show);
  drawn.observe(root, { childList: true, subtree: true, attributes: true, attributeFilter: ['data-query'] });

  const close = () => {
    if (!token) return;
    token = null;
    const open = picker();
    if (open) open.hidden = true;
    show();
    quiet(net.invokeMethodAsync('CannedClose'));
  };
  const look = () => {
    if (inserting) return;
    const now = find();
    if (!now || now.start === refused) {
      if (!now) refused = -1;
      close();
      return;
    }
    refused = -1;
    if (token?.start === now.start && token.query === now.query) return;
    token = now;
    moved = false;
    quiet(net.invokeMethodAsync('CannedOpen', now.query));
  };

  const remind = () => {
    gaps = gaps.filter((gap) => input.value.includes(gap));
    unfilled.hidden = !gaps.length;
    const words = gaps.length ? `${texts.unfilled} ${gaps.join(' ')}` : '';
    if (unfilled.textContent !== words) unfilled.textContent = words;
  };
  const insert = (at, answer) => {
    const end = at.start + at.query.length + 1;
    if (input.value.slice(at.start, end) !== `/${at.query}`) return; // something else stands there by now
    const after = Math.max(0, input.selectionStart - end);
    inserting = true;
    input.focus();
    input.setSelectionRange(at.start, end);
    // as if typed, so that Ctrl+Z takes it back
    if (!document.execCommand('insertText', false, answer.text)) {
      input.setRangeText(answer.text, at.start, end, 'end');
      input.dispatchEvent(new Event('input', { bubbles: true }));
    }
    inserting = false;
    const [first] = answer.missing;
    if (first) input.setSelectionRange(at.start + first.start, at.start + first.start + first.length);
    else input.setSelectionRange(at.start + answer.text.length + after, at.start + answer.text.length + after);
    gaps.push(...new Set(answer.missing.map((gap) => answer.text.slice(gap.start, gap.start + gap.length))));
    remind();
  };
  const take = async (id, otherwise) => {
    const at = (asking = token);
    const before = input.value;
    const answer = await ask('CannedChoose', at.query, id).catch(() => null);
    if (asking !== at) return; // its person closed it meanwhile
    asking = null;
    // Link or database is down: it stays open, so that a further Enter asks again and does not send a bare code to the customer.
    if (!answer) return;
    const same = input.value === before;
    if (answer.text !== null) insert(at, answer);
    refused = find()?.start ?? -1;
    close();
    if (answer.text === null && same) otherwise?.();
  };

  on(input, 'input', () => {
    look();
    if (gaps.length && !inserting) remind();
  });
  on(input, 'click', look);
  on(input, 'keyup', (e) => { if (token && /^(Arrow(Left|Right)|Home|End)$/.test(e.key)) look(); });
  on(root, 'focusout', (e) => {
    const to = e.relatedTarget;
    if (token && !asking && to !== input && !(to instanceof Node && picker()?.contains(to))) close();
  });
  // The field keeps the focus, so that typing goes on.
  on(root, 'mousedown', (e) => { if (e.target.closest('[data-canned-picker], [data-canned]')) e.preventDefault(); });
  on(root, 'click', (e) => {
    const option = e.target.closest('[data-canned-option]');
    if (option && token && !asking) take(option.dataset.cannedOption);
    if (!e.target.closest('[data-canned]')) return;
    input.focus();
    const at = input.selectionStart;
    const blank = at === 0 || /\s/.test(input.value[at - 1]);
    if (!token) document.execCommand('insertText', false, blank ? '/' : ' /');
  });
  on(root, 'keydown', (e) => {
    if (e.key !== 'Escape' || !picker()?.contains(e.target)) return;
    e.preventDefault();
    refused = token?.start ?? -1;
    close();
    input.focus();
  });

  return {
    /** True where the key was the list's; Enter does what it does ordinarily where there turns out to be nothing of that name. */
    key(e, ordinary) {
      if (!token || e.isComposing || e.ctrlKey || e.metaKey || e.altKey) return false;
      const all = options();
      const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
      const picks = (e.key === 'Enter' || e.key === 'Tab') && !e.shiftKey;
      if (step && all.length) {
        const at = all.findIndex((o) => o.dataset.cannedOption === chosen);
        const next = all[(at + step + all.length) % all.length];
        choose(next);
        moved = true;
        next.scrollIntoView({ block: 'nearest' });
      } else if (e.key === 'Escape') {
        refused = token.start;
        asking = null;
        close();
      } else if (picks && !(fresh() && !all.length)) {
        if (!asking) take(fresh() || moved ? chosen : null, e.key === 'Enter' ? ordinary : null);
      } else {
        return false; // of no canned response: an ordinary text
      }
      e.preventDefault();
      return true;
    },
    disconnect: () => drawn.disconnect(),
  };
}
