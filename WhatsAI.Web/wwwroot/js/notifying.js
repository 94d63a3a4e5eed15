// What the console tells while one looks elsewhere. Of this person's windows in this browser one tells (the lock's holder); a window that has the
// conversation before somebody's eyes says so, and then nobody tells of it.
const patience = 150; // for other windows' answers
const apart = 3000; // between two sounds
let sounded = 0;

export function attach(server, whose) {
  const name = `console-news/${whose}`;
  const gone = new AbortController();
  const channel = new BroadcastChannel(name);
  const answers = new Map();
  let leads = !navigator.locks;
  let held = false;
  let letGo = () => {};

  navigator.locks?.request(name, { signal: gone.signal }, () => {
    leads = true;
    return new Promise((done) => { letGo = done; });
  }).catch(() => {});

  const sees = (id) => !document.hidden && document.hasFocus() && location.pathname.endsWith(`/inbox/${id}`);

  channel.onmessage = ({ data }) => {
    if (data.ask) {
      const seen = data.ids.filter(sees);
      if (seen.length) channel.postMessage({ answer: data.ask, seen });
    } else if (data.answer) answers.get(data.answer)?.(data.seen);
  };

  async function seenElsewhere(ids) {
    const seen = new Set(ids.filter(sees));
    const ask = crypto.randomUUID?.() ?? `${Date.now()}${Math.random()}`;
    answers.set(ask, (more) => more.forEach((id) => seen.add(id)));
    channel.postMessage({ ask, ids });
    await new Promise((done) => setTimeout(done, patience));
    answers.delete(ask);
    return seen;
  }

  // who has opened the conversation needs no note of it any more
  const clear = () => {
    const id = location.pathname.match(/\/inbox\/([0-9a-f-]{36})$/)?.[1];
    if (id && sees(id)) takeDown(id);
  };
  addEventListener('focus', clear, { signal: gone.signal });
  window.navigation?.addEventListener('currententrychange', clear, { signal: gone.signal });

  return {
    async tell(notes) {
      if (!leads) return;
      const seen = await seenElsewhere(notes.map((n) => n.id).filter(Boolean));
      const news = notes.filter((n) => !seen.has(n.id));
      for (const note of news.filter((n) => n.shows)) await show(note);
      if (!news.some((n) => n.sounds) || Date.now() - sounded < apart) return;
      sounded = Date.now();
      if (!sound() && !held) {
        held = true;
        server.invokeMethodAsync('SoundHeld');
      }
    },
    detach() {
      gone.abort();
      letGo();
      channel.close();
    },
  };
}

export const allowed = () =>
  !('Notification' in window) || !window.isSecureContext ? 'unsupported' : Notification.permission;

const registered = () => navigator.serviceWorker?.getRegistration().catch(() => undefined);

/** @param {{ tag: string, path: string, title: string, body: string }} note */
export async function show({ tag, path, title, body }) {
  if (allowed() !== 'granted') return false;
  // the system's own sound is left out: ours is chosen by rule
  const options = { tag, body, renotify: true, silent: true, icon: '/icons/icon-192.png', badge: '/icons/badge-96.png', lang: document.documentElement.lang, data: { path } };
  const worker = await registered();
  try {
    if (worker?.active) await worker.showNotification(title, options);
    else {
      const note = new Notification(title, options);
      note.onclick = () => {
        note.close();
        window.focus();
        Blazor.navigateTo(path);
      };
    }
    return true;
  } catch {
    return false; // taken back meanwhile, or a browser that shows them through a worker only
  }
}

async function takeDown(tag) {
  for (const note of (await (await registered())?.getNotifications({ tag })) ?? []) note.close();
}

/** Two short tones. False where the browser holds sounds back, which it does until the page was touched. */
export function sound() {
  const Context = window.AudioContext ?? window.webkitAudioContext;
  if (!Context || navigator.userActivation?.hasBeenActive === false) return false;
  const context = new Context();
  if (context.state !== 'running' && !navigator.userActivation) {
    context.close();
    return false;
  }
  [[880, 0], [1175, 0.13]].forEach(([pitch, after]) => {
    const tone = context.createOscillator();
    const loud = context.createGain();
    const at = context.currentTime + after;
    tone.type = 'sine';
    tone.frequency.value = pitch;
    loud.gain.setValueAtTime(0.0001, at);
    loud.gain.exponentialRampToValueAtTime(0.12, at + 0.015);
    loud.gain.exponentialRampToValueAtTime(0.0001, at + 0.22);
    tone.connect(loud).connect(context.destination);
    tone.start(at);
    tone.stop(at + 0.25);
    if (after) tone.onended = () => context.close();
  });
  return true;
}
