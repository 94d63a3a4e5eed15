// Mentions in a note: an @ opens the list of colleagues. The list is asked for once a note is begun and searched here; who is meant in the end the server reads
// from the text, with the help of who was chosen.
const sign = /(?:^|[^\p{L}\p{N}])@([^\s@]{0,40}(?: [^\s@]{1,40})?)$/u;
const reach = 90;
const most = 40;
const fold = (text) => text.normalize('NFD').replace(/[\u0300-\u036f]/g, '').toLowerCase();

export function bindMentions(root, input, ask, texts, writing, signal) {
  const on = (target, type, handler) => target.addEventListener(type, handler, { signal });
  const panel = root.querySelector('[data-mentions]');
  const list = Object.assign(document.createElement('ul'), { id: 'mention-options', className: 'mention-list' });
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-label', texts.mention);
  const none = Object.assign(document.createElement('p'), { className: 'mention-none text-2' });
  none.setAttribute('role', 'status');
  panel.replaceChildren(list, none);
  let people = null; // null: not here yet
  let asked = false;
  let token = null; // the @ that is being completed: { start, query }
  let refused = -1; // one that its person closed
  let active = 0;
  let found = [];
  const chosen = new Set();

  const find = () => {
    const caret = input.selectionStart;
    if (!writing() || caret !== input.selectionEnd) return null;
    const hit = sign.exec(input.value.slice(Math.max(0, caret - reach), caret));
    return hit && { start: caret - hit[1].length - 1, query: hit[1] };
  };
  const matches = (query) => {
    const wanted = fold(query);
    const fits = (person) => (` ${fold(person.name)}`.includes(` ${wanted}`) ? (fold(person.name).startsWith(wanted) ? 2 : 1) : 0);
    return (people ?? []).map((person) => [fits(person), person]).filter(([fit]) => fit).sort((a, b) => b[0] - a[0]).map(([, person]) => person).slice(0, most);
  };

  const mark = () => {
    [...list.children].forEach((option, at) => option.setAttribute('aria-selected', String(at === active)));
    list.children[active]?.scrollIntoView({ block: 'nearest' });
    if (found.length) input.setAttribute('aria-activedescendant', `mention-${active}`);
    else input.removeAttribute('aria-activedescendant');
  };
  const option = (person, at) => {
    const el = Object.assign(document.createElement('li'), { id: `mention-${at}` });
    el.setAttribute('role', 'option');
    el.dataset.mention = at;
    const who = el.appendChild(Object.assign(document.createElement('span'), { className: 'who' }));
    const face = who.appendChild(Object.assign(document.createElement('span'), { className: person.face, textContent: person.initials }));
    face.setAttribute('aria-hidden', 'true');
    who.appendChild(Object.assign(document.createElement('i'), { className: `there ${person.presence}` }));
    el.appendChild(Object.assign(document.createElement('bdi'), { className: 'cut', textContent: person.name }));
    el.appendChild(Object.assign(document.createElement('span'), { className: 'sm text-3 end', textContent: person.says }));
    return el;
  };
  const worn = ['role', 'aria-expanded', 'aria-autocomplete', 'aria-haspopup', 'aria-controls', 'aria-activedescendant'];
  const draw = () => {
    found = matches(token.query);
    active = 0;
    list.replaceChildren(...found.map(option));
    list.hidden = !found.length;
    none.textContent = found.length ? '' : people === null ? texts.mentionWait : texts.mentionNone;
    none.hidden = found.length > 0;
    panel.hidden = false;
    input.setAttribute('role', 'combobox');
    input.setAttribute('aria-expanded', 'true');
    input.setAttribute('aria-autocomplete', 'list');
    input.setAttribute('aria-haspopup', 'listbox');
    input.setAttribute('aria-controls', list.id);
    mark();
  };
  const close = () => {
    if (!token) return;
    token = null;
    panel.hidden = true;
    for (const name of worn) input.removeAttribute(name);
  };
  const load = async () => {
    if (asked) return;
    asked = true;
    const answer = await ask('People').catch(() => null);
    asked = answer !== null; // the link is down: asked again with the next key
    people = answer ?? people;
    if (token) draw();
  };
  const look = () => {
    const now = find();
    if (!now || now.start === refused) {
      if (!now) refused = -1;
      close();
      return;
    }
    refused = -1;
    if (token?.start === now.start && token.query === now.query) return;
    token = now;
    load();
    draw();
  };
  const insert = (person) => {
    const { start, query } = token;
    const end = start + query.length + 1;
    close();
    chosen.add(person.id);
    input.focus();
    input.setSelectionRange(start, end);
    const words = `@${person.name} `;
    // as if typed, so that Ctrl+Z takes it back
    if (!document.execCommand('insertText', false, words)) {
      input.setRangeText(words, start, end, 'end');
      input.dispatchEvent(new Event('input', { bubbles: true }));
    }
    refused = find()?.start ?? -1;
    close();
  };

  on(input, 'input', look);
  on(input, 'click', look);
  on(input, 'keyup', (e) => { if (token && /^(Arrow(Left|Right)|Home|End)$/.test(e.key)) look(); });
  on(input, 'blur', close);
  // The field keeps the focus, so that typing goes on.
  on(root, 'mousedown', (e) => { if (e.target.closest('[data-mentions], [data-mention-open]')) e.preventDefault(); });
  on(panel, 'click', (e) => {
    const el = e.target.closest('[data-mention]');
    if (el && token) insert(found[Number(el.dataset.mention)]);
  });
  on(root, 'click', (e) => {
    if (!e.target.closest('[data-mention-open]') || token) return;
    input.focus();
    const at = input.selectionStart;
    const blank = at === 0 || /\s/.test(input.value[at - 1]);
    document.execCommand('insertText', false, blank ? '@' : ' @');
  });

  return {
    load,
    chosen: () => [...chosen],
    reset() {
      chosen.clear();
      refused = -1;
      close();
    },
    /** True where the key was the list's. */
    key(e) {
      if (!token || e.isComposing || e.ctrlKey || e.metaKey || e.altKey) return false;
      const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
      if (step && found.length) {
        active = (active + step + found.length) % found.length;
        mark();
      } else if (e.key === 'Escape') {
        refused = token.start;
        close();
      } else if ((e.key === 'Enter' || e.key === 'Tab') && !e.shiftKey && found.length) {
        insert(found[active]);
      } else {
        return false;
      }
      e.preventDefault();
      return true;
    },
  };
}
