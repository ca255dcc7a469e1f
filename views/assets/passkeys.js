/** Uses a passkey, or makes one, for the forms that have a place for it. Where a browser has no passkeys, these stay hidden. */
// By hand: not every browser that has passkeys reads and writes their JSON, nor does every password manager that stands in for it.
function bytesOf(base64url) {
  const text = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function base64urlOf(buffer) {
  const text = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join('');
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

const withBytes = (each) => ({ ...each, id: bytesOf(each.id) });

function optionsOf(json) {
  const { challenge, user, allowCredentials, excludeCredentials, ...others } = JSON.parse(json);
  return {
    ...others,
    challenge: bytesOf(challenge),
    ...(user && { user: withBytes(user) }),
    ...(allowCredentials && { allowCredentials: allowCredentials.map(withBytes) }),
    ...(excludeCredentials && { excludeCredentials: excludeCredentials.map(withBytes) }),
  };
}

function answerOf({ id, response }) {
  const names = ['clientDataJSON', 'authenticatorData', 'signature', 'userHandle', 'attestationObject'];
  const signed = names.filter((name) => response[name]?.byteLength > 0);
  const transports = response.getTransports?.();
  return JSON.stringify({
    id,
    response: { ...Object.fromEntries(signed.map((name) => [name, base64urlOf(response[name])])), transports },
  });
}

/** What the other form of the page holds goes along, so that it is there again if this does not work. */
function send(form, answer) {
  for (const input of form.querySelectorAll('[data-from]')) {
    const source = document.getElementById(input.dataset.from);
    input.value = !source || (source.type === 'checkbox' && !source.checked) ? '' : source.value;
  }
  form.querySelector('input[name=passkey]').value = answer;
  form.submit();
}

for (const form of window.PublicKeyCredential ? document.querySelectorAll('form[data-passkey]') : []) {
  const { dataset } = form;
  const problem = form.querySelector('[role=alert]');
  // What is to be signed is good for so long.
  const endsAt = performance.now() + dataset.seconds * 1000;
  let offer;
  let isAsking = false;

  const ask = (more) => navigator.credentials[dataset.passkey]({ publicKey: optionsOf(dataset.options), ...more });
  const tell = ({ name }) => {
    const isKnown = name === 'InvalidStateError' && problem.dataset.known;
    const text =
      name === 'NotAllowedError' || name === 'AbortError' ? problem.dataset.cancelled : problem.dataset.failed;
    problem.textContent = isKnown || text;
    problem.hidden = false;
  };

  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (isAsking) return;
    // With nothing signed the page comes again, with something new to sign: nobody looks for a security key in vain.
    if (performance.now() > endsAt) return send(form, '');
    isAsking = true;
    problem.hidden = true;
    offer?.abort();
    try {
      send(form, answerOf(await ask()));
    } catch (error) {
      tell(error);
    } finally {
      isAsking = false;
    }
  });

  const offerInField = async () => {
    if (!(await PublicKeyCredential.isConditionalMediationAvailable?.()) || isAsking) return;
    offer = new AbortController();
    setTimeout(() => offer.abort(), endsAt - performance.now());
    const { signal } = offer;
    send(form, answerOf(await ask({ mediation: 'conditional', signal })));
  };

  // The browser offers them in the field for the e-mail address; whoever does not take one notices nothing.
  if ('offers' in dataset) offerInField().catch(() => undefined);
  for (const note of document.querySelectorAll('[data-without-passkeys]')) note.hidden = true;
  form.hidden = false;
}
