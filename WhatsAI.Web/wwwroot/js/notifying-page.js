// What this browser allows, in words, and the buttons that ask it: the question must come from the click itself.
import { allowed, show, sound } from './notifying.js';

export function attach(root) {
  const gone = new AbortController();
  const say = () => {
    const state = allowed();
    const focused = document.activeElement;
    root.dataset.permission = state;
    for (const part of root.querySelectorAll('[data-state]')) part.hidden = part.dataset.state !== state;
    // the button that was pressed may be gone
    if (root.contains(focused) && focused.hidden) (root.querySelector('button[data-state]:not([hidden])') ?? root.querySelector('[data-try-sound]'))?.focus();
  };
  say();
  navigator.permissions?.query({ name: 'notifications' }).then((status) => status.addEventListener('change', say, { signal: gone.signal })).catch(() => {});

  root.addEventListener('click', async (e) => {
    const button = e.target instanceof Element ? e.target.closest('button') : null;
    if (!button) return;
    if ('ask' in button.dataset) {
      await Notification.requestPermission();
      say();
    } else if ('try' in button.dataset) {
      sound();
      await show({ tag: 'try', path: location.pathname, title: button.dataset.title, body: button.dataset.body });
    } else if ('trySound' in button.dataset) sound();
  }, { signal: gone.signal });

  return { detach: () => gone.abort() };
}
