/** Lets a user see the typed password. Without JavaScript the button stays hidden and nothing is lost. */
// Hidden ones alone: a page with several such fields may bring this script more than once.
for (const button of document.querySelectorAll('button[data-reveals][hidden]')) {
  const input = document.getElementById(button.dataset.reveals);
  const show = (isVisible) => {
    input.type = isVisible ? 'text' : 'password';
    button.textContent = isVisible ? button.dataset.hide : button.dataset.show;
  };
  button.addEventListener('click', () => show(input.type === 'password'));
  // Sent as a password field again, so that the browser does not remember it as plain text.
  input.form.addEventListener('submit', () => show(false));
  button.hidden = false;
}
