// What can be dragged (draggable, data-drag) and where it can be dropped (data-drop). The server hears of the beginning and of the drop alone.
document.addEventListener('dragstart', (e) => {
  const piece = e.target instanceof Element ? e.target.closest('[data-drag]') : null;
  if (!piece) return;
  e.dataTransfer.setData('text/plain', ''); // without something in it Firefox drags nothing
  e.dataTransfer.effectAllowed = 'move';
  piece.closest('[data-drag-area]')?.setAttribute('data-dragging', '');
});

const clear = (area) => {
  for (const el of document.querySelectorAll('[data-target]')) el.removeAttribute('data-target');
  if (area) for (const el of document.querySelectorAll('[data-dragging]')) el.removeAttribute('data-dragging');
};

document.addEventListener('dragover', (e) => {
  const place = e.target instanceof Element ? e.target.closest('[data-drop]') : null;
  if (!document.querySelector('[data-dragging]')) return;
  if (place) e.preventDefault(); // else nothing may be dropped there
  if (place?.hasAttribute('data-target')) return;
  clear(false);
  place?.setAttribute('data-target', '');
});
document.addEventListener('drop', (e) => {
  if (e.target instanceof Element && e.target.closest('[data-drop]')) e.preventDefault(); // Firefox would go where the text leads
  clear(true);
});
document.addEventListener('dragend', () => clear(true));
