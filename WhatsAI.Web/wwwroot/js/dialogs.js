import { regain } from './focus.js';

// Dialogs. <modal-open> inside a <dialog> opens it as soon as it is in the page, without a round trip, and gives the focus back when it goes.
class ModalOpen extends HTMLElement {
  connectedCallback() {
    this.opener = document.activeElement;
    queueMicrotask(() => {
      const dialog = this.closest('dialog');
      if (dialog && !dialog.open) dialog.showModal();
      if (dialog) this.follow(dialog);
    });
  }

  // What was read first comes after the dialog, and a next step takes the place of the one before: the field of either still gets the focus, unless that
  // was moved meanwhile.
  follow(dialog) {
    const first = document.activeElement;
    let field = dialog.querySelector('[autofocus]');
    this.late = new MutationObserver(() => {
      const next = dialog.querySelector('[autofocus]');
      if (!next || next === field) return;
      field = next;
      if ([first, document.body, null].includes(document.activeElement)) field.focus();
    });
    this.late.observe(dialog, { childList: true, subtree: true });
  }

  disconnectedCallback() {
    this.late?.disconnect();
    const opener = this.opener;
    requestAnimationFrame(() => {
      if (opener?.isConnected && (document.activeElement === document.body || !document.activeElement)) opener.focus();
      else regain();
    });
  }
}
customElements.define('modal-open', ModalOpen);

// Toasts live in the top layer, and the last to enter it is the uppermost.
class ToastUp extends HTMLElement {
  connectedCallback() {
    queueMicrotask(() => {
      const stack = this.closest('[popover]');
      if (!stack) return;
      if (stack.matches(':popover-open')) stack.hidePopover();
      stack.showPopover();
    });
  }
}
customElements.define('toast-up', ToastUp);

export function open(id) {
  const dialog = document.getElementById(id);
  if (dialog && !dialog.open) dialog.showModal();
  dialog?.querySelector('input')?.focus();
}

export function close(id) {
  document.getElementById(id)?.close();
}

window.consoleShell = { open, close };

// a press, not a click: a drag that began inside (selecting text) and ended outside closes nothing
document.addEventListener('pointerdown', (e) => {
  const dialog = e.target;
  if (!(dialog instanceof HTMLDialogElement) || !dialog.hasAttribute('data-light')) return;
  const box = dialog.getBoundingClientRect();
  if (e.clientX >= box.left && e.clientX <= box.right && e.clientY >= box.top && e.clientY <= box.bottom) return;
  if (dialog.dispatchEvent(new Event('cancel', { cancelable: true }))) dialog.close();
});

document.addEventListener('click', (e) => {
  if (!(e.target instanceof Element)) return;
  const opener = e.target.closest('[data-open]');
  if (opener) open(opener.dataset.open);
  e.target.closest('[data-close]')?.closest('dialog')?.close();
});
