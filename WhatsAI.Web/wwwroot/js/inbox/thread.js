// An open thread in the browser: scrolling that never jumps, who can see it, pictures, sound.
import { bindVoices } from './voice.js';

const quiet = (promise) => promise.catch(() => {});
const near = 40; // pixels that still count as the end
const early = 400; // older messages are asked for before the top is reached

export function attach(root, net) {
  const abort = new AbortController();
  const on = (target, type, handler, options) => target.addEventListener(type, handler, { signal: abort.signal, ...options });
  const box = root.querySelector('[data-messages]');
  const inner = root.querySelector('[data-thread-inner]');

  let stick = true;
  let anchor = null;
  let told = true;
  let loading = false;

  // Opened at an old message, its end is not the thread's.
  const cut = () => box.hasAttribute('data-newer');
  const left = () => box.scrollHeight - box.scrollTop - box.clientHeight;
  const atEnd = () => !cut() && left() < near;

  // What is read now stays where it is, whatever comes above or below it.
  const remember = () => {
    if (turning) return;
    stick = atEnd();
    anchor = null;
    if (!stick) {
      const top = box.getBoundingClientRect().top;
      for (const el of inner.querySelectorAll('[data-mid]')) {
        const at = el.getBoundingClientRect();
        if (at.bottom > top) {
          anchor = { el, y: at.top - top };
          break;
        }
      }
    }
    if (told !== stick) {
      told = stick;
      quiet(net.invokeMethodAsync('AtEnd', stick));
    }
  };

  const keep = () => {
    if (stick) {
      box.scrollTop = box.scrollHeight;
    } else if (anchor?.el.isConnected) {
      const y = anchor.el.getBoundingClientRect().top - box.getBoundingClientRect().top;
      if (Math.abs(y - anchor.y) >= 1) box.scrollTop += y - anchor.y;
    }
  };

  const older = () => {
    if (loading || box.scrollTop > early || !box.hasAttribute('data-more')) return;
    loading = true;
    quiet(net.invokeMethodAsync('Older')).finally(() => { loading = false; });
  };

  let following = false;
  const newer = () => {
    if (following || !cut() || left() > early) return;
    following = true;
    quiet(net.invokeMethodAsync('Newer')).finally(() => { following = false; });
  };

  let queued = false;
  on(box, 'scroll', () => {
    if (queued) return;
    queued = true;
    requestAnimationFrame(() => {
      queued = false;
      remember();
      older();
      newer();
    });
  }, { passive: true });

  // A text that is opened or closed keeps its beginning where it is, or where it can be seen, though the thread stood at its end.
  let turning = null;
  on(inner, 'click', (e) => {
    const el = e.target instanceof Element && e.target.closest('[data-read-more]') ? e.target.closest('[data-mid]') : null;
    if (!el) return;
    const y = el.getBoundingClientRect().top - box.getBoundingClientRect().top;
    const closing = e.target.closest('[data-read-more]').getAttribute('aria-expanded') === 'true';
    stick = false;
    const turn = turning = anchor = { el, y: closing ? Math.max(y, 8) : y };
    setTimeout(() => { if (turning === turn) turning = null; }, 3000); // the link is down
  }, { capture: true });

  const changes = new MutationObserver((list) => {
    keep();
    if (!turning || !list.some((change) => turning.el.contains(change.target))) return;
    turning = null;
    remember();
  });
  changes.observe(inner, { childList: true, subtree: true, characterData: true });
  const sizes = new ResizeObserver(keep);
  sizes.observe(inner);
  sizes.observe(box);

  // Opens at the first unread message, else at the end.
  const unread = inner.querySelector('[data-unread]');
  if (unread && inner.scrollHeight > box.clientHeight) {
    box.scrollTop = Math.max(0, unread.offsetTop - box.offsetTop - 48);
  } else {
    box.scrollTop = box.scrollHeight;
  }
  remember();
  older();

  // what was asked before the link broke is never answered
  on(document, 'console:link', () => { loading = following = false; });

  const look = () => quiet(net.invokeMethodAsync('Visible', document.visibilityState === 'visible'));
  on(document, 'visibilitychange', look);
  look();

  on(root, 'click', (e) => {
    const picture = e.target instanceof Element ? e.target.closest('[data-lightbox]') : null;
    if (!picture) return;
    const dialog = root.querySelector('[data-lightbox-dialog]');
    const img = dialog.querySelector('img');
    img.src = picture.dataset.lightbox;
    img.alt = picture.querySelector('img')?.alt ?? '';
    dialog.showModal();
  });
  on(root, 'close', (e) => {
    if (e.target.matches?.('[data-lightbox-dialog]')) e.target.querySelector('img').removeAttribute('src');
  }, { capture: true });
  bindVoices(inner, abort.signal);

  // Messages share two menus: the button that opens one says of which message it is, and what that allows.
  let chosen = null;
  on(inner, 'click', (e) => {
    const button = e.target instanceof Element ? e.target.closest('[data-mid] [popovertarget]') : null;
    const menu = button?.popoverTargetElement;
    if (!menu) return;
    chosen = button.closest('[data-mid]').dataset;
    menu.setAttribute('aria-label', button.getAttribute('aria-label'));
    for (const item of menu.querySelectorAll('[data-do]')) {
      if (item.dataset.emoji) item.setAttribute('aria-checked', item.dataset.emoji === chosen.mine);
      else item.hidden = !(item.dataset.do in button.dataset);
    }
  }, { capture: true });
  on(root, 'click', (e) => {
    const el = e.target instanceof Element ? e.target.closest('[data-do]') : null;
    const message = el?.closest('[data-mid]')?.dataset ?? (el?.closest('.menu') ? chosen : null);
    if (message) quiet(net.invokeMethodAsync('Do', el.dataset.do, message.mid, el.dataset.emoji ?? null));
  });

  const steady = matchMedia('(prefers-reduced-motion: reduce)').matches;
  return {
    jump(id) {
      const el = inner.querySelector(`[data-mid="${CSS.escape(id)}"]`);
      if (!el) return;
      stick = false;
      el.scrollIntoView({ block: 'center' });
      el.focus({ preventScroll: true });
      remember();
      el.querySelector('.bub')?.animate([{ boxShadow: '0 0 0 3px var(--focus)' }, { boxShadow: '0 0 0 3px transparent' }], steady ? 600 : { duration: 1200, easing: 'ease-in' });
    },
    toEnd() {
      stick = true;
      box.scrollTop = box.scrollHeight;
    },
    detach() {
      abort.abort();
      changes.disconnect();
      sizes.disconnect();
    },
  };
}
