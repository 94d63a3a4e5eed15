// Runs before the first paint, hence small and blocking: theme and rail are as they were left, in this browser.
(() => {
  const root = document.documentElement;
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const cookie = (name) => document.cookie.match(new RegExp('(?:^|; )' + name + '=([^;]*)'))?.[1];
  const remember = (name, value) => {
    document.cookie = `${name}=${value}; path=/; max-age=31536000; samesite=lax`;
  };
  const apply = () => {
    const choice = cookie('console-theme') ?? 'system';
    root.dataset.themeChoice = choice;
    root.dataset.theme = choice === 'light' || choice === 'dark' ? choice : dark.matches ? 'dark' : 'light';
    // the browser's own bar follows the choice, not only the system
    const metas = document.querySelectorAll('meta[data-theme-color]');
    const of = (theme) => [...metas].find((m) => m.dataset.themeColor === theme);
    for (const meta of metas) {
      meta.dataset.own ??= meta.content;
      meta.content = choice === 'light' || choice === 'dark' ? (of(choice).dataset.own ?? of(choice).content) : meta.dataset.own;
    }
    root.dataset.rail = cookie('console-rail') === 'open' ? 'open' : 'closed';
  };

  apply();
  dark.addEventListener('change', apply);
  window.consoleTheme = {
    /** @param {'light'|'dark'|'system'} choice */
    choose(choice) {
      remember('console-theme', choice);
      apply();
    },
    toggleRail() {
      remember('console-rail', root.dataset.rail === 'open' ? 'closed' : 'open');
      apply();
    },
  };
})();
