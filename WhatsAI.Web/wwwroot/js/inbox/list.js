// The inbox list in the browser: when rows may move, further pages, keys, the drafts kept here.
import { select } from './select.js';

const typing = (el) => el instanceof HTMLElement && (el.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(el.tagName));
const quiet = (promise) => promise.catch(() => {}); // the link is down: the page says so

export function attach(root, net, drafts) {
  const abort = new AbortController();
  const on = (target, type, handler, options) => target.addEventListener(type, handler, { signal: abort.signal, ...options });
  const rows = root.querySelector('[data-inbox-rows]');

  select(root, rows, net, on);

  // Nothing moves under the pointer or the focus.
  let over = false;
  let focused = false;
  let held = false;
  const tell = () => {
    if (held === (over || focused)) return;
    held = over || focused;
    quiet(net.invokeMethodAsync('Hold', held));
  };
  on(rows, 'pointerenter', (e) => { over = e.pointerType === 'mouse'; tell(); });
  on(rows, 'pointerleave', () => { over = false; tell(); });
  on(rows, 'focusin', (e) => { focused = e.target.matches(':focus-visible'); tell(); });
  on(rows, 'focusout', (e) => { focused = rows.contains(e.relatedTarget) && focused; tell(); });
  on(window, 'blur', () => { over = false; tell(); });

  let asked = false;
  on(rows, 'scroll', () => {
    const box = rows.querySelector('.inbox-scroll');
    if (asked || !box?.querySelector('[data-inbox-more]') || box.scrollHeight - box.scrollTop - box.clientHeight > 600) return;
    asked = true;
    quiet(net.invokeMethodAsync('More')).finally(() => { asked = false; });
  }, { capture: true, passive: true });

  // what was asked before the link broke is never answered
  on(document, 'console:link', () => { asked = false; });

  // "r" before the composer is there: what is typed from then on waits for it.
  let typed = null;
  let ended = false; // with Enter: it goes out as soon as it can, and what follows is not part of it
  let left = null; // the thread a step leads away from
  const thread = () => root.querySelector('.thread');
  const loading = () => left !== null && left === thread() || root.querySelector('.thread-skeleton, .composer[data-composer]:not([data-ready])') !== null;
  const step = async (by) => {
    const from = thread();
    left = from;
    const gone = await net.invokeMethodAsync('Step', by).catch(() => false);
    if (gone) setTimeout(() => { if (left === from) left = null; }, 3000);
    else if (left === from) left = null;
    if (!gone && typed !== null) give(root.querySelector('[data-input]'));
  };
  const give = (input) => {
    const [text, whole, send] = [typed, input?.value === '', ended];
    [typed, ended] = [null, false];
    if (!input) return;
    input.focus();
    input.setSelectionRange(input.value.length, input.value.length);
    if (!text) return;
    input.setRangeText(text, input.value.length, input.value.length, 'end');
    input.dispatchEvent(new Event('input', { bubbles: true }));
    // Never a draft with it, which nobody has read again.
    if (send && whole) input.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
  };
  on(root, 'inbox:composer', (e) => {
    if (e.target.closest('.thread') === left) return;
    left = null;
    if (typed !== null) give(e.target.querySelector('[data-input]'));
  });
  on(document, 'keydown', (e) => {
    const plain = !(e.isComposing || e.ctrlKey || e.metaKey || e.altKey || typing(e.target) || document.querySelector('dialog:modal'));
    if (!plain || !loading()) {
      [typed, ended] = [null, false];
      return;
    }
    if (typed === null) {
      if (e.key.toLowerCase() !== 'r') return;
      typed = '';
    } else if (ended) {
      // nothing more until it is out
    } else if (e.key === 'Enter' && typed) ended = true;
    else if (e.key === 'Escape') typed = null;
    else if (e.key === 'Backspace') typed = [...typed].slice(0, -1).join('');
    else if ([...e.key].length === 1) typed += e.key;
    else return;
    e.preventDefault();
    e.stopImmediatePropagation();
  }, { capture: true });

  // The search box, and up and down between it and what was found.
  const search = () => root.querySelector('[data-inbox-search] input');
  on(root, 'keydown', (e) => {
    if (e.defaultPrevented || e.isComposing || e.ctrlKey || e.metaKey || e.altKey || e.shiftKey) return;
    const inBox = e.target === search();
    if (e.key === 'Escape' && (inBox || e.target.closest('[data-search-filters]'))) {
      e.preventDefault();
      e.stopPropagation();
      search().blur();
      quiet(net.invokeMethodAsync('LeaveSearch'));
      return;
    }
    const hits = [...rows.querySelectorAll('a[data-hit]')];
    const at = hits.indexOf(e.target.closest('a[data-hit]'));
    if (!inBox && at < 0 || !hits.length) return;
    const to = e.key === 'ArrowDown' ? at + 1 : e.key === 'ArrowUp' && at >= 0 ? at - 1 : e.key === 'Enter' && inBox ? 0 : null;
    if (to === null) return;
    e.preventDefault();
    (to < 0 ? search() : hits[Math.min(to, hits.length - 1)]).focus();
  });

  on(document, 'keydown', (e) => {
    if (e.defaultPrevented || e.isComposing || e.ctrlKey || e.metaKey || e.altKey || typing(e.target)) return;
    if (document.querySelector('dialog:modal, .menu:popover-open')) return;
    const key = e.key.toLowerCase();
    if (key === 'j' || key === 'k') {
      e.preventDefault();
      step(key === 'j' ? 1 : -1);
    } else if (key === 'f' && search()?.getClientRects().length) {
      e.preventDefault();
      search().select();
      search().focus();
    } else if (key === 'escape') {
      quiet(net.invokeMethodAsync('Back'));
    }
  });

  // a selected row that was reached by key must be seen
  const seen = new MutationObserver(() => {
    const row = rows.querySelector('[aria-current="true"]');
    if (!row || row === seen.row) return;
    seen.row = row;
    row.scrollIntoView({ block: 'nearest' });
  });
  seen.observe(rows, { subtree: true, attributes: true, attributeFilter: ['aria-current'] });

  const kept = {};
  for (let i = 0; i < localStorage.length; i++) {
    const key = localStorage.key(i);
    if (key.startsWith(drafts)) kept[key.slice(drafts.length)] = localStorage.getItem(key).slice(0, 80);
  }
  if (Object.keys(kept).length) quiet(net.invokeMethodAsync('Drafts', kept));

  return {
    detach() {
      abort.abort();
      seen.disconnect();
    },
  };
}
