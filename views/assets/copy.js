/** Copies what stands beside a button. Without JavaScript, or where a browser lets no page copy, the text can be selected. */
for (const button of document.querySelectorAll('button[data-copies]')) {
  const label = button.textContent;
  const text = document.getElementById(button.dataset.copies).textContent;
  const show = (said) => {
    button.textContent = said;
  };
  button.addEventListener('click', () =>
    navigator.clipboard.writeText(text).then(
      () => {
        show(button.dataset.copied);
        setTimeout(show, 3000, label);
      },
      () => show(label),
    ),
  );
  // Browsers have it at secure addresses alone.
  button.hidden = navigator.clipboard === undefined;
}
