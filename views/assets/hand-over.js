/** Sends the form of the page at once. Without JavaScript the user does, by its button. */
const form = document.getElementById('hand-over');
// Pressed while the app still takes its time, the button would send the same code twice.
document.getElementById('by-hand').hidden = true;
form.submit();
