// Keys of the whole console. An element says its key itself: data-key="e" is clicked by E, unless somebody is typing or a dialog is open.
import { open } from './dialogs.js';

const typing = (el) => el instanceof HTMLElement && (el.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(el.tagName));
const visible = (el) => el.getClientRects().length > 0;

function cyclePanes(back) {
  const panes = [...document.querySelectorAll('[data-pane]')].filter(visible);
  // a pane inside another stands for itself: the inner one is where the work is
  const inner = panes.filter((p) => !panes.some((q) => q !== p && p.contains(q)));
  if (!inner.length) return;
  const at = inner.findIndex((p) => p.contains(document.activeElement));
  const next = inner[(at + (back ? -1 : 1) + inner.length) % inner.length];
  const target = next.querySelector('[aria-current="true"], [aria-selected="true"][tabindex], a[href], button:not(:disabled), textarea, input') ?? next;
  if (target === next && !next.hasAttribute('tabindex')) next.tabIndex = -1;
  target.focus();
}

document.addEventListener('keydown', (e) => {
  if (e.defaultPrevented || e.isComposing) return;
  if ((e.ctrlKey || e.metaKey) && !e.altKey && !e.shiftKey && e.key.toLowerCase() === 'k') {
    if (document.querySelector('dialog:modal:not(#palette)')) return;
    e.preventDefault();
    open('palette');
    return;
  }
  if (e.key === 'F6') {
    e.preventDefault();
    cyclePanes(e.shiftKey);
    return;
  }
  if (e.target instanceof Element && e.target.hasAttribute('data-keep-arrows') && (e.key === 'ArrowUp' || e.key === 'ArrowDown')) {
    e.preventDefault(); // the list moves, not the caret
    return;
  }
  const radio = e.target instanceof Element ? e.target.closest('[role="radiogroup"].segments > [role="radio"]') : null;
  if (radio && /^Arrow/.test(e.key)) {
    const all = [...radio.parentElement.children];
    const step = e.key === 'ArrowRight' || e.key === 'ArrowDown' ? 1 : -1;
    const next = all[(all.indexOf(radio) + step + all.length) % all.length];
    e.preventDefault();
    next.focus();
    next.click();
    return;
  }
  if (e.ctrlKey || e.metaKey || e.altKey || typing(e.target) || document.querySelector('dialog:modal, .menu:popover-open')) return;
  const key = e.key.toLowerCase();
  const found = [...document.querySelectorAll('[data-key]')].filter((el) => el.dataset.key.toLowerCase() === key && visible(el) && !el.disabled).pop();
  if (found) {
    e.preventDefault();
    found.click();
  }
});
