/** What a passkey has to prove before anybody is signed in with it: a forged answer for each rule (WebAuthn 7.2). */
import { generateKeyPairSync } from 'node:crypto';
import test from 'ava';
import { type Assertion, Authenticator, FLAGS } from '../../support/authenticator.ts';
import { accountWith, HOME, passkeyFixture, UID } from './passkey-fixture.ts';

const REFUSED = 'passkey_refused';

test('a right answer is the whole sign-in of the account that it names', async (t) => {
  const { signIn, authenticator, challenge, userHandle, account, noted } = await passkeyFixture(t);
  const proven = await signIn({ json: authenticator.get({ challenge: challenge(), userHandle }) });
  t.like(proven, { account: { id: account.id }, acr: 'phr', amr: ['hwk', 'user', 'mfa'] });
  t.deepEqual(noted(), []);
});

const origins = {
  'the issuer as a prefix of the host': `${HOME.origin}.evil.example`,
  'the issuer as a suffix of the host': 'https://evil-login.example.com',
  'a host below that of the issuer': 'https://evil.login.example.com',
  'the domain above': 'https://example.com',
  'http in place of https': 'http://login.example.com',
  'another port': `${HOME.origin}:8443`,
  'the issuer with a path': `${HOME.origin}/`,
  'upper case': 'https://LOGIN.example.com',
  'the issuer as user-info': 'https://login.example.com@evil.example',
  'an opaque origin': 'null',
  'an app of a phone': 'android:apk-key-hash:AAAA',
  'no origin': '',
};

for (const [what, origin] of Object.entries(origins)) {
  test(`an answer is refused that was given to another origin: ${what}`, async (t) => {
    const { signIn, authenticator, challenge, userHandle, noted } = await passkeyFixture(t);
    t.is(await signIn({ json: authenticator.get({ challenge: challenge(), userHandle, origin }) }), REFUSED);
    t.deepEqual(noted(), ['sign_in.failed wrong_passkey']);
  });
}

const forged: Readonly<Record<string, Omit<Assertion, 'challenge'>>> = {
  'it was made for another relying party': { rpId: 'example.com' },
  'it was made for the origin in place of the host': { rpId: HOME.origin },
  'it was made to register': { clientData: { type: 'webauthn.create' } },
  'it has no type': { clientData: { type: undefined } },
  'it comes from a frame of another page': { clientData: { crossOrigin: true } },
  'it names the page around the frame': { clientData: { topOrigin: HOME.origin } },
  'nobody was present': { flags: FLAGS.userVerified },
  'another key signed': { key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey },
  'a passkey that is not synced has become one that is': {
    flags: FLAGS.userPresent | FLAGS.userVerified | FLAGS.mayBeSynced,
  },
  'it is synced and cannot be': { flags: FLAGS.userPresent | FLAGS.userVerified | FLAGS.isSynced },
  'its origin is a list': { clientData: { origin: [HOME.origin] } },
  'its signature is empty': { sent: { signature: '' } },
  'its signature is no text': { sent: { signature: { toString: 'AA' } } },
  'its signature is of another algorithm': { key: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey },
  'its data is cut off': { sent: { authenticatorData: 'AAAA' } },
};

for (const [why, forgery] of Object.entries(forged)) {
  test(`an answer is refused when ${why}`, async (t) => {
    const { signIn, authenticator, challenge, userHandle, noted } = await passkeyFixture(t);
    t.is(await signIn({ json: authenticator.get({ challenge: challenge(), userHandle, ...forgery }) }), REFUSED);
    t.deepEqual(noted(), ['sign_in.failed wrong_passkey']);
  });
}

test('a passkey that was not unlocked is no whole sign-in, and is told so', async (t) => {
  const { signIn, authenticator, challenge, userHandle, noted } = await passkeyFixture(t);
  const json = authenticator.get({ challenge: challenge(), userHandle, flags: FLAGS.userPresent });
  t.is(await signIn({ json }), 'passkey_unverified');
  t.deepEqual(noted(), ['sign_in.failed passkey_unverified']);
});

test('a passkey signs nobody in but its owner: not by the user handle of another account, and not without one', async (t) => {
  const { signIn, authenticator, challenge, userHandle, stores, noted } = await passkeyFixture(t);
  const other = await accountWith(stores, new Authenticator(HOME));
  const handles = [stores.factors.userHandleOf(other.id), undefined, '', other.id, 'A'.repeat(43), `${userHandle}=`];
  for (const handle of handles) {
    const json = authenticator.get({ challenge: challenge(), userHandle: handle });
    t.is(await signIn({ json }), REFUSED, handle);
    t.deepEqual(noted(), ['sign_in.failed passkey_unknown'], handle);
  }
});

test('a key that claims the id of another passkey is refused', async (t) => {
  const { signIn, authenticator, challenge, userHandle } = await passkeyFixture(t);
  const json = new Authenticator(HOME).get({ challenge: challenge(), userHandle, sent: {} });
  const claimed = JSON.stringify({ ...JSON.parse(json), id: authenticator.id });
  t.is(await signIn({ json: claimed }), REFUSED);
});

test('a passkey whose counter does not grow is refused as a copy, and one that has never counted is not', async (t) => {
  const { signIn, authenticator, challenge, userHandle, noted } = await passkeyFixture(t);
  const withCounter = (counter: number) =>
    signIn({ json: authenticator.get({ challenge: challenge(), userHandle, counter }) });
  t.like(await withCounter(0), { acr: 'phr' });
  t.like(await withCounter(0), { acr: 'phr' });
  t.like(await withCounter(7), { acr: 'phr' });
  for (const counter of [7, 6, 0]) {
    t.is(await withCounter(counter), REFUSED, String(counter));
    t.deepEqual(noted(), ['sign_in.failed passkey_cloned']);
  }
  t.like(await withCounter(8), { acr: 'phr' });
});

test('a forged counter raises no alarm: only what the passkey has signed tells of a copy', async (t) => {
  const { signIn, authenticator, challenge, userHandle, noted } = await passkeyFixture(t, { passkey: { counter: 9 } });
  const { privateKey: key } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  t.is(await signIn({ json: authenticator.get({ challenge: challenge(), userHandle, counter: 1, key }) }), REFUSED);
  t.deepEqual(noted(), ['sign_in.failed wrong_passkey']);
});

const unusable = {
  account_disabled: { isDisabled: true },
  account_expired: { expiresAt: 1 },
  awaits_approval: { awaitsApproval: true },
} as const;

for (const [reason, account] of Object.entries(unusable)) {
  test(`the right passkey opens no account that may not sign in, and is told nothing of it (${reason})`, async (t) => {
    const { signIn, authenticator, challenge, userHandle, noted } = await passkeyFixture(t, { account });
    t.is(await signIn({ json: authenticator.get({ challenge: challenge(), userHandle }) }), REFUSED);
    t.deepEqual(noted(), [`sign_in.failed ${reason}`]);
  });
}

test('a synced passkey is told from one that is bound to a device', async (t) => {
  const { signIn, authenticator, challenge, userHandle } = await passkeyFixture(t, {
    passkey: { deviceType: 'multiDevice' },
  });
  const flags = FLAGS.userPresent | FLAGS.userVerified | FLAGS.mayBeSynced | FLAGS.isSynced;
  t.like(await signIn({ json: authenticator.get({ challenge: challenge(), userHandle, flags }) }), {
    amr: ['swk', 'user', 'mfa'],
  });
});

test('as a second factor it counts for the account that is asked alone, unlocked or not', async (t) => {
  const { passkeys, prove, authenticator, account, stores, userHandle, noted } = await passkeyFixture(t);
  const other = new Authenticator(HOME);
  const owner = await accountWith(stores, other);
  const challenge = () => passkeys.secondFactorOptions(account, [], UID).challenge;
  const { userPresent } = FLAGS;

  t.like(await prove({ json: authenticator.get({ challenge: challenge() }) }), { acr: 'phr' });
  const touched = await prove({ json: authenticator.get({ challenge: challenge(), userHandle, flags: userPresent }) });
  t.like(touched, { acr: 'urn:latchkey:acr:mfa', amr: ['hwk', 'user', 'mfa'] });
  t.is(await prove({ json: other.get({ challenge: challenge() }) }), REFUSED);
  const foreign = { userHandle: stores.factors.userHandleOf(owner.id) };
  t.is(await prove({ json: authenticator.get({ challenge: challenge(), ...foreign }) }), REFUSED);
  t.deepEqual(noted(), ['sign_in.failed passkey_unknown', 'sign_in.failed passkey_unknown']);
});
