// Menus are popovers: opening, Escape and a click beside them are the browser's. Here: place, arrows, letters, and back to the button.
const items = (menu) => [...menu.querySelectorAll('[role^="menuitem"]:not(:disabled, [hidden])')];
const openers = new WeakMap(); // several buttons may share a menu: the one that opened it
const opener = (menu) => openers.get(menu);

document.addEventListener('click', (e) => {
  const button = e.target instanceof Element ? e.target.closest('[popovertarget]') : null;
  const menu = button?.popoverTargetElement;
  if (!menu?.matches('.menu')) return;
  const before = openers.get(menu);
  openers.set(menu, button);
  if (before === button || !menu.matches(':popover-open')) return;
  before?.setAttribute('aria-expanded', 'false'); // the browser tells of closing and opening as one
  menu.hidePopover();
}, true);

function place(menu, button) {
  const at = button.getBoundingClientRect();
  const box = menu.getBoundingClientRect();
  const edge = 8;
  const left = at.left + box.width > innerWidth - edge ? at.right - box.width : at.left;
  const below = at.bottom + 4 + box.height <= innerHeight - edge;
  menu.style.left = `${Math.max(edge, Math.min(left, innerWidth - box.width - edge))}px`;
  menu.style.top = `${Math.max(edge, below ? at.bottom + 4 : at.top - box.height - 4)}px`;
}

// What is under an open menu may move at any time: a thread scrolls, a message comes, a strip opens above the composer.
const following = new WeakSet();

function follow(menu) {
  if (following.has(menu)) return;
  following.add(menu);
  let seen = '';
  const look = () => {
    const button = opener(menu);
    if (!menu.matches(':popover-open') || !button?.isConnected) {
      following.delete(menu);
      if (menu.matches(':popover-open')) menu.hidePopover();
      return;
    }
    const at = button.getBoundingClientRect();
    const now = `${at.left} ${at.top} ${innerWidth} ${innerHeight} ${menu.offsetHeight}`;
    if (now !== seen) place(menu, button);
    seen = now;
    requestAnimationFrame(look);
  };
  look();
}

document.addEventListener('toggle', (e) => {
  const menu = e.target;
  if (!(menu instanceof HTMLElement) || !menu.matches('.menu[popover]')) return;
  const button = opener(menu);
  const isOpen = e.newState === 'open';
  button?.setAttribute('aria-expanded', isOpen);
  if (!isOpen || !button) return;
  for (const choice of menu.querySelectorAll('[data-theme-choose]')) {
    choice.setAttribute('aria-checked', choice.dataset.themeChoose === document.documentElement.dataset.themeChoice);
  }
  follow(menu);
  (menu.querySelector('[aria-checked="true"]') ?? items(menu)[0])?.focus();
}, true);

document.addEventListener('keydown', (e) => {
  const menu = e.target instanceof Element ? e.target.closest('.menu[popover]') : null;
  if (!menu) return;
  const all = items(menu);
  const at = all.indexOf(document.activeElement);
  const go = (index) => {
    e.preventDefault();
    all[(index + all.length) % all.length]?.focus();
  };
  const aside = all[at]?.closest('.quick'); // a row of choices is walked sideways too
  if (e.key === 'ArrowDown' || (aside && e.key === 'ArrowRight')) go(at + 1);
  else if (e.key === 'ArrowUp' || (aside && e.key === 'ArrowLeft')) go(at - 1);
  else if (e.key === 'Home') go(0);
  else if (e.key === 'End') go(all.length - 1);
  else if (e.key === 'Tab') menu.hidePopover();
  else if (e.key.length === 1 && /\S/.test(e.key) && !e.ctrlKey && !e.metaKey && !e.altKey) {
    const letter = e.key.toLowerCase();
    const found = [...all.slice(at + 1), ...all.slice(0, at + 1)].find((i) => i.querySelector('.grow, .cut')?.textContent.trim().toLowerCase().startsWith(letter));
    if (found) { e.preventDefault(); found.focus(); }
  }
});

document.addEventListener('click', (e) => {
  const item = e.target instanceof Element ? e.target.closest('.menu[popover] [role^="menuitem"]') : null;
  item?.closest('.menu').hidePopover();
});
