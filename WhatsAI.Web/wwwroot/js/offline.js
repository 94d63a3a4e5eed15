// The page for when nobody answers: asks again by itself and comes back to the address that was wanted.
(() => {
  const mains = [...document.querySelectorAll('main[lang]')];
  const asked = [localStorage.getItem('console-language'), ...navigator.languages].filter(Boolean);
  const find = (lang) => mains.find((m) => m.lang.split('-')[0].toLowerCase() === lang.split('-')[0].toLowerCase());
  const main = asked.map(find).find(Boolean) ?? mains[0];
  main.hidden = false;
  document.documentElement.lang = main.lang;
  document.title = `${main.dataset.title} · WhatsAI Console`;

  let wait = 2000;
  let timer = 0;
  const again = () => {
    clearTimeout(timer);
    timer = setTimeout(look, wait);
    wait = Math.min(wait * 1.5, 15000);
  };
  // a stopped server, a proxy whose server is away, a captive portal: only the console itself says that it lives
  async function look() {
    try {
      const answer = await fetch('/health/live', { cache: 'no-store', redirect: 'error' });
      if (answer.ok && answer.headers.get('content-type')?.includes('json')) {
        location.reload();
        return;
      }
    } catch { /* not yet */ }
    again();
  }

  main.querySelector('button').addEventListener('click', () => {
    wait = 2000;
    look();
  });
  addEventListener('online', look);
  document.addEventListener('visibilitychange', () => { if (!document.hidden) look(); });
  again();
})();
