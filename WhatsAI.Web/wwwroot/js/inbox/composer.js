// The composer in the browser. The draft and what is not yet taken by the server live here, in localStorage: a lost link, a reload or a restart of the
// server loses no word, and a message has its key from the click on, so that it goes out once.
import { bindCanned } from './canned.js';
import { bindEmoji } from './emoji.js';
import { bindMentions } from './mentions.js';
import { bindRecorder } from './recorder.js';

const patience = 15000; // an answer that was lost with the link never comes, which may go unnoticed; the key makes asking again safe
const draftPause = 400;
const settled = 1000; // a second Enter after saving an edit is no wish to send the draft that came back
const beat = 3000; // "typing…" to colleagues; the server tells the customer less often

const read = (key) => {
  try {
    return JSON.parse(localStorage.getItem(key) ?? '[]');
  } catch {
    return [];
  }
};

export function attach(root, net, options) {
  const abort = new AbortController();
  const on = (target, type, handler, more) => target.addEventListener(type, handler, { signal: abort.signal, ...more });
  const quiet = (promise) => promise.catch(() => {});
  const ask = (...call) => new Promise((take, give) => {
    const lost = () => give(new Error('no answer'));
    setTimeout(lost, patience);
    document.addEventListener('console:link', lost, { once: true });
    net.invokeMethodAsync(...call).then(take, give).finally(() => document.removeEventListener('console:link', lost));
  });
  const { store, conversation, longest, texts, zone } = options;
  const draftKeys = { reply: `${store}/draft/${conversation}`, note: `${store}/note/${conversation}` };
  const modeKey = `${store}/mode/${conversation}`;
  // What is for colleagues has a queue of its own: whatever reads the other, this program or an older one, sends no note to a customer.
  const queueKeys = { reply: `${store}/outbox`, note: `${store}/notes` };
  const attemptKey = `${store}/attempt/${conversation}`; // what was sent with files, until its answer is here
  const input = root.querySelector('[data-input]');
  const problem = root.querySelector('[data-problem]');
  const thread = root.closest('.thread');
  const outbox = thread.querySelector('[data-outbox]');
  const editing = () => root.hasAttribute('data-editing');
  const switcher = root.querySelector('[data-modes]');
  const words = switcher.dataset;
  const plain = { placeholder: input.placeholder, label: input.getAttribute('aria-label') };
  let mode = 'reply';
  /** Whether what stands in the field is for colleagues. Text and mode change together, in one step, so that it is true at every key. */
  const noting = () => (editing() ? root.dataset.editing === 'note' : mode === 'note');

  /* text, its height, its draft */
  const grow = () => {
    input.style.height = 'auto';
    input.style.height = `${Math.min(input.scrollHeight, 160)}px`;
  };
  // Some ways of inserting say "input" once for every line: measuring each time is quadratic, and 64 KB of lines stood still for half a minute.
  let growing = false;
  const growSoon = () => {
    if (growing) return;
    growing = true;
    requestAnimationFrame(() => {
      growing = false;
      grow();
    });
  };
  let told = '';
  let timer = 0;
  const saveDraft = () => {
    clearTimeout(timer);
    if (editing()) return;
    if (input.value.trim()) localStorage.setItem(draftKeys[mode], input.value);
    else localStorage.removeItem(draftKeys[mode]);
  };
  const tellDraft = () => {
    const now = (localStorage.getItem(draftKeys.reply) ?? '').trim().slice(0, 80);
    if (now === told) return;
    told = now;
    quiet(net.invokeMethodAsync('Draft', now));
  };
  const set = (text) => {
    input.value = text;
    grow();
  };
  const complain = (text) => {
    if (!text && problem.hidden) return;
    problem.textContent = text ?? '';
    problem.hidden = !text;
  };

  let beaten = 0;
  let saving = false;
  let restored = -settled; // when the draft came back from under an edit
  on(input, 'input', () => {
    restored = -settled;
    growSoon();
    complain(null);
    clearTimeout(timer);
    timer = setTimeout(saveDraft, draftPause);
    const now = Date.now();
    if (input.value.trim() && !editing() && !noting() && now - beaten > beat) {
      beaten = now;
      quiet(net.invokeMethodAsync('Typing'));
    }
  });
  on(input, 'blur', () => { saveDraft(); tellDraft(); });
  on(window, 'pagehide', saveDraft);

  /* what waits for the server */
  const busy = new Set();
  const all = () => [...read(queueKeys.reply), ...read(queueKeys.note)];
  const put = (key, items) => (items.length ? localStorage.setItem(key, JSON.stringify(items)) : localStorage.removeItem(key));
  const write = (items) => {
    put(queueKeys.reply, items.filter((item) => !item.note));
    put(queueKeys.note, items.filter((item) => item.note));
  };
  const mine = () => all().filter((item) => item.conversation === conversation);
  const update = (key, change) => write(all().map((item) => (item.key === key ? { ...item, ...change } : item)));
  const remove = (key) => write(all().filter((item) => item.key !== key));
  const shown = new Map(); // bubbles until the thread has the message itself

  const bubble = (item) => {
    const el = document.createElement('div');
    el.className = item.note ? 'msg note local' : 'msg out local';
    const stack = el.appendChild(Object.assign(document.createElement('div'), { className: 'stack' }));
    const bub = stack.appendChild(Object.assign(document.createElement('div'), { className: 'bub' }));
    if (item.note) bub.appendChild(Object.assign(document.createElement('div'), { className: 'who', textContent: words.title }));
    const said = bub.appendChild(Object.assign(document.createElement('span'), { className: 'words', textContent: item.text }));
    said.dir = 'auto';
    const meta = bub.appendChild(Object.assign(document.createElement('span'), { className: 'meta' }));
    meta.append(new Date(item.at).toLocaleTimeString(document.documentElement.lang, { hour: '2-digit', minute: '2-digit', timeZone: zone }));
    const tick = meta.appendChild(Object.assign(document.createElement('span'), { className: 'icon tick', textContent: item.error ? 'error' : 'schedule' }));
    tick.setAttribute('role', 'img');
    tick.setAttribute('aria-label', item.error ?? item.ask ?? texts.waiting);
    if (item.error || item.ask) {
      el.classList.add(item.error ? 'fail' : 'asks');
      const line = stack.appendChild(Object.assign(document.createElement('div'), { className: item.error ? 'fail-line' : 'fail-line doubt' }));
      line.setAttribute('role', 'alert');
      line.append(item.error ?? item.ask);
      const choices = item.error
        ? [['retry', () => { update(item.key, { error: undefined }); flush(); }], ['discard', () => { remove(item.key); draw(); }]]
        : [['despite', () => { update(item.key, { ask: undefined, despite: true }); input.focus(); flush(); }], ['back', () => takeBack(item)]];
      for (const [name, act] of choices) {
        const button = line.appendChild(Object.assign(document.createElement('button'), { type: 'button', className: 'link', textContent: texts[name] }));
        button.dataset.choice = name;
        button.addEventListener('click', act);
      }
    }
    return el;
  };

  // Not sent after all: its words are written on.
  const takeBack = (item) => {
    remove(item.key);
    draw();
    setMode('reply');
    set(input.value.trim() ? `${item.text}\n${input.value}` : item.text);
    saveDraft();
    input.focus();
  };

  const arrived = (key) => thread.querySelector(`[data-client="${CSS.escape(key)}"]`) !== null;
  const draw = () => {
    const items = [...mine(), ...[...shown.values()].filter((s) => s.taken).map((s) => s.item)];
    for (const [key, entry] of shown) {
      if (arrived(key) || !items.some((item) => item.key === key)) {
        entry.el.remove();
        shown.delete(key);
      }
    }
    for (const item of mine()) {
      if (arrived(item.key)) continue;
      const before = shown.get(item.key);
      if (before && before.item.error === item.error && before.item.ask === item.ask) continue;
      const el = bubble(item);
      if (before) before.el.replaceWith(el);
      else outbox.append(el);
      shown.set(item.key, { el, item, taken: false });
    }
  };

  let flushing = false;
  const flush = async () => {
    draw();
    if (flushing) return;
    flushing = true;
    try {
      // In order, one after the other; what a refusal stopped waits for its person.
      for (let item; (item = all().find((i) => !i.error && !i.ask && !busy.has(i.key))); ) {
        busy.add(item.key);
        let refusal;
        try {
          refusal = item.note
            ? await ask('SaveNote', item.key, item.conversation, item.text, item.people ?? [])
            : await ask('SendText', item.key, item.conversation, item.text, item.reply ?? null, item.despite === true, Date.now() - item.at);
        } catch {
          busy.delete(item.key);
          break; // the link is down or the page is going: it waits here
        }
        busy.delete(item.key);
        const entry = shown.get(item.key);
        if (entry) entry.taken = refusal === null;
        if (refusal === null) remove(item.key);
        else if (refusal.ask) update(item.key, { ask: refusal.ask });
        else update(item.key, { error: refusal.error || texts.retry });
        draw();
        // Enter once more sends it, unless something else was begun meanwhile.
        const asks = refusal?.ask && shown.get(item.key)?.el.querySelector('[data-choice="despite"]');
        if (asks && document.activeElement === input && !input.value) asks.focus();
      }
    } finally {
      flushing = false;
    }
  };
  const rows = new MutationObserver(() => { if (shown.size) draw(); });
  rows.observe(thread.querySelector('[data-thread-inner]'), { childList: true });
  // after those who waited have given up
  on(document, 'console:link', (e) => { if (e.detail === 'recovering' || e.detail === 'live') setTimeout(flush); });
  on(window, 'storage', (e) => { if (Object.values(queueKeys).includes(e.key)) draw(); });
  const repeat = setInterval(() => {
    if (all().some((i) => !i.error && !i.ask)) flush();
    again();
  }, 5000);

  /* sending */
  const lost = () => { try { return JSON.parse(localStorage.getItem(attemptKey)); } catch { return null; } };
  // The same words sent again keep their key, so that what was taken though its answer was lost goes out once.
  const keyOf = (text) => (lost()?.text === text ? lost().key : crypto.randomUUID());
  const sent = (text) => {
    localStorage.removeItem(attemptKey);
    if ((localStorage.getItem(draftKeys.reply) ?? '').trim() === text) localStorage.removeItem(draftKeys.reply);
    if (!editing() && !noting() && input.value.trim() === text) set(''); // else something else was written meanwhile
    saveDraft();
    tellDraft();
    thread.querySelector('[data-messages]').scrollTop = 1e9;
  };
  const hasFiles = () => root.querySelector('.attachment:not(.bad)') !== null;
  // Known to be refused or not taken: it keeps its key, but goes out again only when its person says so.
  const settle = (attempt) => localStorage.setItem(attemptKey, JSON.stringify({ ...attempt, settled: true }));
  let handing = false;
  let asked = null; // the words of files that a colleague's answer stopped: sent again, they go
  const sendFiles = async (text) => {
    if (handing || root.querySelector('[data-send]').disabled) return;
    handing = true;
    const attempt = { key: keyOf(text), text, reply: root.dataset.reply || null, despite: asked === text };
    localStorage.setItem(attemptKey, JSON.stringify(attempt));
    try {
      const refusal = await ask('SendFiles', attempt.key, text, attempt.reply, attempt.despite === true);
      asked = refusal?.ask ? text : null;
      if (refusal) {
        complain(refusal.ask ? `${refusal.ask} ${texts.once}` : refusal.error);
        settle(attempt);
      } else {
        sent(text);
      }
    } catch {
      // The answer was lost: asked again when the link is back, with the same key.
    } finally {
      handing = false;
    }
  };
  const again = async () => {
    const attempt = lost();
    if (!attempt || attempt.settled || handing) return;
    if (hasFiles()) {
      if (input.value.trim() === attempt.text && !editing() && !noting()) await sendFiles(attempt.text);
    } else if (attempt.text) {
      const took = await ask('Took', attempt.key).catch(() => null);
      if (took) sent(attempt.text);
      else if (took === false) settle(attempt);
    } else {
      localStorage.removeItem(attemptKey);
    }
  };
  on(document, 'console:link', (e) => { if (e.detail === 'live') setTimeout(again); });

  const send = async () => {
    const text = input.value.trim();
    complain(null);
    const note = noting();
    if (text.length > (note ? Number(words.longest) : longest)) {
      complain(note ? words.tooLong : texts.tooLong);
      return;
    }
    if (editing()) {
      if (!text || saving) return;
      saving = true;
      await quiet(ask('SaveEdit', text, mentions.chosen()));
      saving = false;
      return;
    }
    if (note) {
      if (!text) return;
      write([...all(), { key: crypto.randomUUID(), conversation, text, note, people: mentions.chosen(), at: Date.now() }]);
      set('');
      saveDraft();
      mentions.reset();
      thread.querySelector('[data-messages]').scrollTop = 1e9;
      flush();
      return;
    }
    if (hasFiles()) {
      await sendFiles(text);
      return;
    }
    if (!text || handing) return;
    write([...all(), { key: keyOf(text), conversation, text, reply: root.dataset.reply || null, at: Date.now() }]);
    sent(text);
    flush();
  };

  const schedule = () => {
    if (noting()) return; // what is for colleagues has no time at which it goes to the customer
    complain(null);
    const text = input.value.trim();
    if (text.length > longest) complain(texts.tooLong);
    else if (problem.hidden) quiet(net.invokeMethodAsync('Schedule', text));
  };

  const canned = bindCanned(root, input, net, ask, texts, abort.signal);
  const mentions = bindMentions(root, input, ask, words, noting, abort.signal);

  /* to the customer, or to colleagues */
  const showMode = () => {
    root.dataset.mode = noting() ? 'note' : 'reply';
    for (const button of switcher.querySelectorAll('[data-choose-mode]')) {
      const on = button.dataset.chooseMode === mode;
      button.setAttribute('aria-checked', on);
      button.tabIndex = on ? 0 : -1;
    }
    if (!editing()) input.placeholder = noting() ? words.placeholder : plain.placeholder;
    input.setAttribute('aria-label', noting() ? words.placeholder : plain.label);
    if (noting()) mentions.load();
  };
  const setMode = (next) => {
    if (mode !== next && !editing()) {
      saveDraft();
      mode = next;
      set(localStorage.getItem(draftKeys[mode]) ?? '');
      complain(null);
      mentions.reset();
    }
    mode = next;
    if (mode === 'note') localStorage.setItem(modeKey, mode);
    else localStorage.removeItem(modeKey);
    showMode();
    tellDraft();
  };
  on(switcher, 'click', (e) => {
    const button = e.target.closest('[data-choose-mode]');
    if (!button) return;
    const walked = document.activeElement === button && e.detail === 0; // by arrows: the focus stays in the switch
    setMode(button.dataset.chooseMode);
    if (!walked) input.focus();
  });

  const touch = matchMedia('(pointer: coarse)').matches;
  on(input, 'keydown', (e) => {
    if (mentions.key(e) || canned.key(e, touch ? null : send)) return;
    if (e.key === 'Enter' && !e.shiftKey && !e.isComposing && !touch) {
      e.preventDefault();
      if (performance.now() - restored >= settled) send();
    } else if (e.key === 'Escape') {
      e.preventDefault();
      if (root.querySelector('[data-cancel]')?.getClientRects().length) quiet(net.invokeMethodAsync('Cancel'));
      else input.blur();
    }
  });
  on(root, 'click', (e) => {
    if (!(e.target instanceof Element)) return;
    if (e.target.closest('[data-send], [data-send-note]')) send();
    else if (e.target.closest('[data-schedule]')) schedule();
  });

  /* leaving an edit gives the draft back */
  const edits = new MutationObserver(() => {
    if (!editing()) {
      set(localStorage.getItem(draftKeys[mode]) ?? '');
      restored = performance.now();
    }
    mentions.reset();
    showMode();
  });
  edits.observe(root, { attributes: true, attributeFilter: ['data-editing'] });

  /* files by paste and by drop go through the same field as chosen ones */
  const give = (files) => {
    const field = root.querySelector('[data-file]');
    if (!files.length || !field) return;
    if (noting()) {
      complain(words.noFiles);
      return;
    }
    const list = new DataTransfer();
    for (const file of files) list.items.add(file);
    field.files = list.files;
    field.dispatchEvent(new Event('change', { bubbles: true }));
  };
  on(input, 'paste', (e) => {
    const files = [...(e.clipboardData?.files ?? [])];
    if (!files.length) return;
    e.preventDefault();
    give(files);
  });
  let depth = 0;
  const carries = (e) => [...(e.dataTransfer?.types ?? [])].includes('Files');
  const over = (is) => thread.toggleAttribute('data-drop', is);
  on(thread, 'dragenter', (e) => { if (carries(e)) { depth++; over(true); } });
  on(thread, 'dragleave', (e) => { if (carries(e) && --depth <= 0) { depth = 0; over(false); } });
  on(thread, 'dragover', (e) => { if (carries(e)) e.preventDefault(); });
  on(thread, 'drop', (e) => {
    if (!carries(e)) return;
    e.preventDefault();
    depth = 0;
    over(false);
    give([...e.dataTransfer.files]);
    input.focus();
  });

  bindEmoji(root, input, texts, abort.signal);
  const recorder = bindRecorder(root, net, options, complain, abort.signal);

  // What was typed before this listened stays, behind the draft.
  const before = input.value;
  // A note goes on after a reload; what was typed meanwhile was typed as an answer.
  if (!before && localStorage.getItem(modeKey) === 'note' && localStorage.getItem(draftKeys.note)) mode = 'note';
  const draft = localStorage.getItem(draftKeys[mode]) ?? '';
  if (!before) {
    set(draft);
  } else {
    const kept = draft && !before.startsWith(draft) ? (/\s$/.test(draft) ? draft : `${draft} `) : '';
    const caret = kept.length + input.selectionEnd;
    set(kept + before);
    input.setSelectionRange(caret, caret);
    saveDraft();
  }
  showMode();
  told = (localStorage.getItem(draftKeys.reply) ?? '').trim().slice(0, 80);
  root.dataset.ready = '';
  root.dispatchEvent(new CustomEvent('inbox:composer', { bubbles: true }));
  flush();
  again();

  return {
    focus: () => input.focus(),
    scheduled: (text) => sent(text),
    reply() {
      setMode('reply');
      input.focus();
    },
    edit(text, note) {
      saveDraft();
      root.setAttribute('data-editing', note ? 'note' : ''); // as the server will: what stands in the field from here on is no answer
      set(text);
      showMode();
      input.focus();
      input.setSelectionRange(text.length, text.length);
    },
    detach() {
      saveDraft();
      tellDraft();
      abort.abort();
      rows.disconnect();
      edits.disconnect();
      canned.disconnect();
      recorder.disconnect();
      clearInterval(repeat);
    },
  };
}
