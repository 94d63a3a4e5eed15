// Starts Blazor, and says on the root element how the circuit is: data-link = live | reconnecting | offline | recovering.
// Pages stay readable meanwhile; CSS shows the pill and the strip that belong to the state.
(() => {
  const root = document.documentElement;
  const modal = document.getElementById('components-reconnect-modal');
  const quiet = 2000; // a hiccup shorter than this is nobody's business
  const shown = 1500;
  let timer = 0;
  let lost = false;

  const set = (state) => {
    root.dataset.link = state;
    document.dispatchEvent(new CustomEvent('console:link', { detail: state }));
  };

  const name = () => {
    if (!lost) return;
    const state = navigator.onLine ? 'reconnecting' : 'offline';
    if (state === 'offline' && root.dataset.link !== 'offline') {
      const since = modal.querySelector('[data-since]');
      if (since) since.textContent = new Date().toLocaleTimeString(root.lang, { hour: '2-digit', minute: '2-digit' });
    }
    set(state);
  };

  const drop = () => {
    if (lost) return;
    lost = true;
    clearTimeout(timer);
    timer = setTimeout(name, quiet);
  };

  const restore = () => {
    if (!lost) return;
    lost = false;
    clearTimeout(timer);
    if (root.dataset.link === 'live') {
      set('live'); // nobody saw it, but whoever waits for an answer that was lost with the link must hear of it
      return;
    }
    set('recovering');
    timer = setTimeout(() => set('live'), shown);
  };

  root.dataset.link = 'live';
  if (modal) {
    new MutationObserver(() => {
      const has = (state) => modal.classList.contains('components-reconnect-' + state);
      if (has('rejected')) location.reload(); // the server answers, but the circuit is gone: drafts and the URL survive a reload
      else if (has('failed')) setTimeout(() => location.reload(), 5000);
      else if (has('show')) drop();
      else if (has('hide')) restore();
    }).observe(modal, { attributes: true, attributeFilter: ['class'] });
    addEventListener('online', name);
    addEventListener('offline', name);
  }

  Blazor.start({
    circuit: {
      // the server pings every 5 s (ConsoleUi.cs): three missed pings are a dead link
      configureSignalR: (builder) => builder.withServerTimeout(15000),
      reconnectionOptions: { maxRetries: 100000, retryIntervalMilliseconds: (tries) => (tries < 10 ? 1000 : tries < 40 ? 3000 : 5000) },
    },
  });
})();
