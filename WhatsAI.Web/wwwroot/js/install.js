// The console as an installed app: its worker keeps one page for when nobody answers, and shows notifications. It keeps nothing of the console itself.
localStorage.setItem('console-language', document.documentElement.lang);

if ('serviceWorker' in navigator) {
  const version = document.querySelector('meta[name="app-version"]')?.content ?? '';
  navigator.serviceWorker.register(`/sw.js?v=${version}`, { updateViaCache: 'none' }).catch(() => {
    // a private window, or a browser that forbids it: the console works without
  });
  // a notification was clicked: this window was chosen to show what it tells of
  navigator.serviceWorker.addEventListener('message', (e) => {
    const path = e.data?.go;
    if (typeof path === 'string' && path.startsWith('/t/')) Blazor.navigateTo(path);
  });
}
