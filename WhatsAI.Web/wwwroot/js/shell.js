// What every page shares and what must not wait for the server: one clock for all relative times, keys, menus, dialogs, panes.
import './menus.js';
import './dialogs.js';
import './keys.js';
import './ago.js';
import './lapse.js';
import './countdown.js';
import './clock.js';
import './runwatch.js';
import './drag.js';
import './forget.js';
import './insert.js';
import './inview.js';
import './install.js';
import './badge.js';

document.addEventListener('click', (e) => {
  const at = (selector) => (e.target instanceof Element ? e.target.closest(selector) : null);

  if (at('[data-rail-toggle]')) consoleTheme.toggleRail();

  const theme = at('[data-theme-choose]');
  if (theme) consoleTheme.choose(theme.dataset.themeChoose);

  // a link that must come back to this page
  const back = at('a[data-return]');
  if (back) {
    const url = new URL(back.href);
    url.searchParams.set('returnUrl', location.pathname + location.search);
    back.href = url.pathname + url.search;
  }

  if (at('[data-skip]')) {
    e.preventDefault(); // with a base address "#main" would be another page
    document.getElementById('main')?.focus();
  }
}, true);
