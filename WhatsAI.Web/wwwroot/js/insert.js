// A button that says data-insert puts these words where the caret is in the field it names (data-into), as if they had been typed.
document.addEventListener('click', (e) => {
  const button = e.target instanceof Element ? e.target.closest('[data-insert]') : null;
  const field = button && document.getElementById(button.dataset.into);
  if (!field) return;
  field.focus();
  if (document.execCommand('insertText', false, button.dataset.insert)) return;
  field.setRangeText(button.dataset.insert, field.selectionStart, field.selectionEnd, 'end');
  field.dispatchEvent(new Event('input', { bubbles: true }));
});

// A button that says data-select="from,to" shows that place of the field it names.
document.addEventListener('click', (e) => {
  const button = e.target instanceof Element ? e.target.closest('[data-select]') : null;
  const field = button && document.getElementById(button.dataset.into);
  if (!field) return;
  field.focus();
  field.setSelectionRange(...button.dataset.select.split(',').map(Number));
});
