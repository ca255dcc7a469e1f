/** A challenge is good for what it was made for, for some minutes, and once. */
import test from 'ava';
import { CHALLENGE_SECONDS } from '../../../src/domain/passkeys/challenges.ts';
import { passkeyFixture, passkeysOver, UID } from './passkey-fixture.ts';

const REFUSED = 'passkey_refused';

test('what was signed for one purpose, interaction or account is nothing for another', async (t) => {
  const { passkeys, signIn, prove, authenticator, account, userHandle, stores } = await passkeyFixture(t);
  const other = { id: 'another-account' };
  const challenges = {
    otherInteraction: passkeys.signInOptions('interaction-2').challenge,
    secondFactor: passkeys.secondFactorOptions(account, [], UID).challenge,
    otherAccount: passkeys.secondFactorOptions(other, [], UID).challenge,
    otherInstallation: 'A'.repeat(72),
    short: 'AAAA',
  };
  for (const [what, challenge] of Object.entries(challenges))
    t.is(await signIn({ json: authenticator.get({ challenge, userHandle }) }), REFUSED, what);
  const forSignIn = passkeys.signInOptions(UID).challenge;
  for (const challenge of [forSignIn, challenges.otherAccount])
    t.is(await prove({ json: authenticator.get({ challenge, userHandle }) }), REFUSED);
  t.is((await stores.records.list('replay_detections', { limit: 9 })).length, 0);
});

test('a challenge whose end was moved is not ours', async (t) => {
  const { signIn, authenticator, challenge, userHandle } = await passkeyFixture(t);
  const bytes = Buffer.from(challenge(), 'base64url');
  bytes.writeUIntBE(bytes.readUIntBE(16, 6) + 1, 16, 6);
  t.is(await signIn({ json: authenticator.get({ challenge: bytes.toString('base64url'), userHandle }) }), REFUSED);
});

test('a challenge expires, which is told and raises no alarm', async (t) => {
  const { signIn, authenticator, challenge, userHandle, stores, noted } = await passkeyFixture(t);
  const signed = authenticator.get({ challenge: challenge(), userHandle });
  stores.clock.advance(CHALLENGE_SECONDS);
  t.is(await signIn({ json: signed }), 'passkey_expired');
  t.deepEqual(noted(), []);
});

test('an answer signs in once: not again, and not in another process', async (t) => {
  const { signIn, authenticator, challenge, userHandle, stores, noted } = await passkeyFixture(t);
  const json = authenticator.get({ challenge: challenge(), userHandle });
  t.like(await signIn({ json }), { acr: 'phr' });
  t.is(await signIn({ json }), 'passkey_expired');
  const elsewhere = { json, interactionUid: UID, address: '192.0.2.9', device: undefined };
  await t.throwsAsync(
    passkeysOver(stores).signIn(elsewhere, () => {}),
    { message: /signed before/ },
  );
  t.deepEqual(noted(), ['sign_in.failed passkey_reused']);
});

test('pages that are shown leave nothing in the database', async (t) => {
  const { challenge, stores } = await passkeyFixture(t);
  for (let times = 0; times < 20; times += 1) challenge();
  t.is((await stores.records.list('replay_detections', { limit: 9 })).length, 0);
});

const nonsense: Readonly<Record<string, string>> = {
  nothing: '',
  'no JSON': '{',
  null: 'null',
  'a list': '[]',
  'a number': '7',
  'an object without members': '{}',
  'its members in the prototype': '{"__proto__":{"id":"AAAA","response":{}}}',
  'a response that is a text': '{"id":"AAAA","response":"AAAA"}',
  'deep lists': '['.repeat(8000) + ']'.repeat(8000),
  'deep objects': `${'{"response":'.repeat(1200)}{}${'}'.repeat(1200)}`,
  'a megabyte': JSON.stringify({ id: 'A'.repeat(1_000_000) }),
};

for (const [what, json] of Object.entries(nonsense)) {
  test(`what is no answer is refused before anything is looked up: ${what}`, async (t) => {
    const { signIn, stores } = await passkeyFixture(t);
    t.is(await signIn({ json }), REFUSED);
    t.is((await stores.records.list('replay_detections', { limit: 9 })).length, 0);
  });
}

test('client data that is no object, or has members of its prototype, is refused', async (t) => {
  const { signIn, authenticator, challenge, userHandle } = await passkeyFixture(t);
  const texts = ['null', '[]', '"text"', `{"__proto__":{"challenge":"${challenge()}"}}`, `\ufeff{}`];
  for (const text of texts) {
    const sent = { clientDataJSON: Buffer.from(text).toString('base64url') };
    t.is(await signIn({ json: authenticator.get({ challenge: challenge(), userHandle, sent }) }), REFUSED, text);
  }
});

test('failures are paid for by where they come from: nobody else is kept out, and a known browser pays for itself', async (t) => {
  const { signIn, authenticator, challenge, userHandle, noted } = await passkeyFixture(t);
  const right = () => authenticator.get({ challenge: challenge(), userHandle });
  for (let times = 0; times < 60; times += 1) await signIn({ json: '{}', address: '192.0.2.1' });
  t.is(await signIn({ json: right(), address: '192.0.2.1' }), 'too_many_attempts');
  t.is(noted().at(-1), 'sign_in.throttled too_many_attempts');
  t.like(await signIn({ json: right(), address: '192.0.2.2' }), { acr: 'phr' });
  const device = { id: 'known', accounts: [] };
  t.like(await signIn({ json: right(), address: '192.0.2.1', device }), { acr: 'phr' });
});
