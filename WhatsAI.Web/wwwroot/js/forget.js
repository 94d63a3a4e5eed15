// Who signs out takes his drafts with him: at a shared desk the next person finds none. The form names the keys of this person (data-forget). They go when
// another page is here, because a composer saves its draft when it is left; other tabs of the same person leave at once.
import { forget as forgetRecordings } from './inbox/recordings.js';

const told = 'console-signed-out';
const wanted = 'console-forget';

const forget = () => {
  const prefix = sessionStorage.getItem(wanted);
  if (!prefix) return;
  sessionStorage.removeItem(wanted);
  for (const key of Object.keys(localStorage)) if (key.startsWith(prefix)) localStorage.removeItem(key);
  navigator.clearAppBadge?.()?.catch(() => {});
  navigator.serviceWorker?.getRegistration().then((worker) => worker?.getNotifications()).then((notes) => notes?.forEach((n) => n.close())).catch(() => {});
  forgetRecordings(prefix).catch(() => {});
  localStorage.setItem(told, prefix); // not before: the session has ended only now
  localStorage.removeItem(told);
};

document.addEventListener('submit', (e) => {
  const prefix = e.target instanceof HTMLFormElement ? e.target.dataset.forget : null;
  if (!prefix) return;
  sessionStorage.setItem(wanted, prefix);
}, true);

addEventListener('storage', (e) => {
  if (e.key !== told || !e.newValue) return;
  if (!document.querySelector(`form[data-forget="${CSS.escape(e.newValue)}"]`)) return; // another person's tab
  sessionStorage.setItem(wanted, e.newValue);
  location.replace('/sign-in');
});

forget();
