// The console's worker. It keeps one page for when nobody answers, with its few files, and shows notifications. No page of the console, no answer of its
// server, no picture of a customer is ever kept here; it looks at page loads only: circuits, downloads, media and webhooks pass it by.
const version = new URL(self.location.href).searchParams.get('v') ?? '';
const kept = `offline-${version}`;
const page = '/offline';
const files = [page, '/css/offline.css', '/js/offline.js', '/js/theme.js', '/favicon.svg'];
// files and programs' answers, which a person may open as if they were pages
const aside = /^\/(t\/[^/]+\/(media\/|analytics\/export|inbox\/[^/]+\/transcript)|hooks\/|health\/|metrics|api\/|sandbox|_)/;

self.addEventListener('install', (e) => {
  e.waitUntil((async () => {
    const cache = await caches.open(kept);
    await cache.addAll(files.map((file) => new Request(file, { cache: 'no-cache', credentials: 'omit' })));
    await self.skipWaiting(); // it holds nothing of a page: a newer one may take over under an open one
  })());
});

self.addEventListener('activate', (e) => {
  e.waitUntil((async () => {
    for (const name of await caches.keys()) if (name !== kept) await caches.delete(name);
    await self.registration.navigationPreload?.enable();
    await self.clients.claim();
  })());
});

self.addEventListener('fetch', (e) => {
  const { request } = e;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (request.mode === 'navigate') {
    if (!aside.test(url.pathname)) e.respondWith(open(e));
  } else if (files.includes(url.pathname) && !url.search) {
    e.respondWith(file(request));
  }
});

async function open(e) {
  try {
    const answer = (await e.preloadResponse) ?? (await fetch(e.request));
    // a proxy whose console is gone
    return answer.status === 502 || answer.status === 504 ? ((await away()) ?? answer) : answer;
  } catch (failure) {
    const answer = await away();
    if (answer) return answer;
    throw failure;
  }
}

const away = async () => (await caches.open(kept)).match(page);

async function file(request) {
  try {
    return await fetch(request);
  } catch (failure) {
    const answer = await (await caches.open(kept)).match(new URL(request.url).pathname);
    if (answer) return answer;
    throw failure;
  }
}

// A click brings up a window of the same company, or opens one.
self.addEventListener('notificationclick', (e) => {
  e.notification.close();
  const path = e.notification.data?.path;
  if (typeof path !== 'string' || !path.startsWith('/t/')) return;
  e.waitUntil((async () => {
    const wanted = new URL(path, self.location.origin).pathname;
    const company = path.split('/').slice(0, 3).join('/');
    const windows = (await self.clients.matchAll({ type: 'window' })).filter((w) => new URL(w.url).pathname.startsWith(`${company}/`));
    const best = windows.find((w) => new URL(w.url).pathname === wanted) ?? windows.find((w) => w.focused) ?? windows.find((w) => w.visibilityState === 'visible') ?? windows[0];
    if (!best) {
      await self.clients.openWindow(path);
      return;
    }
    await best.focus().catch(() => {});
    best.postMessage({ go: path });
  })());
});
