/** Says how strong a new password looks while it is typed, as src/domain/passwords/strength.ts does after it was sent. */
function choicesIn(characters) {
  let [choices, digits, lastStep] = [0, 0, Number.NaN];
  characters.forEach((character, index) => {
    const step = character.codePointAt(0) - (characters[index - 1] ?? '').codePointAt(0);
    digits = /\p{N}/u.test(character) ? digits + 1 : 0;
    if (!(Math.abs(step) <= 1 && (step === 0 || step === lastStep)) && digits <= 2) choices += 1;
    lastStep = step;
  });
  return choices;
}

function scoreOf(text) {
  const characters = Array.from(text);
  const middle = characters.slice(1, -1).join('');
  const kinds = [/\p{Ll}|\p{Lo}/u, /\p{Lu}/u, /\p{N}/u, /[^\p{L}\p{N}]/u].filter((kind) => kind.test(middle)).length;
  const isVaried = new Set(characters).size * 3 >= Math.min(characters.length, 16);
  return isVaried ? choicesIn(characters) * (2 + kinds) : 0;
}

function strengthOf(password, own, { least, most }) {
  const text = password.normalize('NFC');
  const { length } = Array.from(text);
  if (length < least) return 'too_short';
  if (length > most) return 'too_long';
  const words = own.flatMap(
    (typed) =>
      typed
        .normalize('NFC')
        .toLowerCase()
        .match(/[\p{L}\p{N}]+/gu) ?? [],
  );
  const held = words.filter((word) => word.length >= 4 && text.toLowerCase().includes(word));
  const score = scoreOf(held.reduce((left, word) => left.toLowerCase().replaceAll(word, ''), text));
  if (score < 48) return held.length > 0 ? 'own' : 'weak';
  return score < 64 ? 'fair' : 'strong';
}

for (const box of document.querySelectorAll('[data-strength-of]')) {
  const input = document.getElementById(box.dataset.strengthOf);
  const [meter, words] = [box.querySelector('meter'), box.querySelector('[role=status]')];
  const others = ['name', 'email', 'username'].flatMap((name) => input.form.elements[name] ?? []);
  // What the owner is called, as far as no field says it.
  const { owner } = box.dataset;
  const limits = { least: Number(box.dataset.least), most: Number(box.dataset.most) };
  const tell = () => {
    const typed = Array.from(others, (other) => other.value);
    const strength = strengthOf(input.value, [owner, ...typed], limits);
    const text = input.value === '' ? '' : box.dataset[strength];
    // Only what has changed, or a screen reader would say it after every key.
    if (words.textContent !== text) words.textContent = text;
    meter.value = { fair: 2, strong: 3 }[strength] ?? 1;
    meter.hidden = text === '';
  };
  for (const field of [input, ...others]) field.addEventListener('input', tell);
  box.hidden = false;
}
