/** What a browser has to answer before a passkey is added: a forged answer for each rule (WebAuthn 7.1). */
import test, { type ExecutionContext } from 'ava';
import { codeOf, DomainError } from '../../../src/domain/domain-error.ts';
import { CHALLENGE_SECONDS, Challenges } from '../../../src/domain/passkeys/challenges.ts';
import { NewPasskeys } from '../../../src/domain/passkeys/new-passkey.ts';
import type { AccountFactors } from '../../../src/storage/factors/factors.ts';
import { type Attestation, Authenticator, cbor, FLAGS } from '../../support/authenticator.ts';
import { openStoresInMemory } from '../../support/stores.ts';
import { HOME, UID } from './passkey-fixture.ts';

const ADA = { id: 'ada', email: 'ada@example.com', name: 'Ada' };
const none: AccountFactors = { accountId: ADA.id, apps: [], passkeys: [], recoveryCodes: [], changedAt: 0 };

async function fixture(t: ExecutionContext) {
  const stores = await openStoresInMemory(t);
  const challenges = new Challenges(stores);
  const relyingParty = { id: HOME.rpId, origin: HOME.origin, name: 'Latchkey' };
  const passkeys = new NewPasskeys({ ...stores, relyingParty, challenges });
  const authenticator = new Authenticator(HOME);
  return {
    ...{ stores, challenges, passkeys, authenticator },
    challenge: () => passkeys.options(ADA, []).challenge,
    /** The code of the error, or the passkey. */
    read: async (json: string) => {
      try {
        const made = await passkeys.read(json, { name: 'Phone', accountId: ADA.id });
        return made.add(none).passkeys[0];
      } catch (error) {
        if (error instanceof DomainError) return error.code;
        throw error;
      }
    },
  };
}

test('the browser is asked for a passkey that signs in alone, by nothing that names the person', async (t) => {
  const { passkeys, stores, authenticator } = await fixture(t);
  const options = passkeys.options(ADA, [authenticator.stored({ transports: ['usb'] })]);
  t.like(options, {
    rp: { id: 'login.example.com', name: 'Latchkey' },
    user: { id: stores.factors.userHandleOf(ADA.id), name: ADA.email, displayName: 'Ada' },
    attestation: 'none',
    excludeCredentials: [{ id: authenticator.id, type: 'public-key', transports: ['usb'] }],
  });
  t.deepEqual(options.authenticatorSelection, {
    residentKey: 'required',
    requireResidentKey: true,
    userVerification: 'required',
  });
  t.deepEqual(
    options.pubKeyCredParams.map(({ alg }) => alg),
    [-8, -7, -257],
  );
  t.is(Buffer.from(options.user.id, 'base64url').byteLength, 32);
});

test('an honest answer is a passkey, with its name and what it can be reached by', async (t) => {
  const { read, authenticator, challenge, stores } = await fixture(t);
  const made = await read(authenticator.create({ challenge: challenge(), counter: 3 }));
  const expected = { name: 'Phone', counter: 3, transports: ['internal'], addedAt: stores.clock.now() };
  t.deepEqual(made, authenticator.stored(expected as never));
});

test('a key that signed itself is a passkey too: it says nothing of who made it', async (t) => {
  const { read, challenge, authenticator } = await fixture(t);
  t.like(await read(authenticator.create({ challenge: challenge(), isSelfSigned: true })), { id: authenticator.id });
});

const { userPresent, userVerified, isSynced } = FLAGS;
const other = new Authenticator(HOME);
const certificate = new Map([
  ['alg', -7 as number | Uint8Array],
  ['sig', Buffer.alloc(70)],
  ['x5c', Buffer.alloc(9)],
]);

const forged: Readonly<Record<string, Omit<Attestation, 'challenge'>>> = {
  'it was made for an origin that ends like ours': { origin: 'https://evil-login.example.com' },
  'it was made for an origin that begins like ours': { origin: `${HOME.origin}.evil.example` },
  'it was made over http': { origin: 'http://login.example.com' },
  'it was made at another port': { origin: `${HOME.origin}:8443` },
  'it comes from a frame of another page': { clientData: { crossOrigin: true } },
  'it was made for another relying party': { rpId: 'example.com' },
  'it was made to sign in': { clientData: { type: 'webauthn.get' } },
  'nobody was present': { flags: userVerified },
  'it was not unlocked': { flags: userPresent },
  'it is synced and cannot be': { flags: userPresent | userVerified | isSynced },
  'it names another id than the passkey has': { sent: {}, id: other.id },
  'its key is of an algorithm that was not asked for': {
    publicKey: cbor(
      new Map([
        [1, 2],
        [3, -35],
        [-1, 2],
      ]),
    ),
  },
  'its key is no map': { publicKey: cbor([1, 2, 3]) },
  'its key is far too large': {
    publicKey: cbor(
      new Map<number, number | Uint8Array>([
        [1, 3],
        [3, -257],
        [-1, Buffer.alloc(4000)],
        [-2, Buffer.alloc(3)],
      ]),
    ),
  },
  'it says who made it: packed, with a certificate': { format: 'packed', statement: certificate as never },
  'it says who made it: fido-u2f': { format: 'fido-u2f', statement: certificate as never },
  'it says who made it: tpm': { format: 'tpm', statement: certificate as never },
  'it says who made it: android-key': { format: 'android-key', statement: certificate as never },
  'it says who made it: android-safetynet': { format: 'android-safetynet' },
  'it says who made it: apple': { format: 'apple', statement: certificate as never },
  'its format is unheard of': { format: 'constructor' },
  'it says nothing, and adds something': { statement: certificate as never },
  'its attestation is no CBOR': { sent: { attestationObject: 'AAAA' } },
  'its attestation is a list within lists': {
    sent: { attestationObject: Buffer.alloc(9000, 0x81).toString('base64url') },
  },
  'its attestation claims four thousand million items': {
    sent: { attestationObject: Buffer.from('9affffffff00', 'hex').toString('base64url') },
  },
};

for (const [why, forgery] of Object.entries(forged)) {
  test(`no passkey is added when ${why}`, async (t) => {
    const { read, authenticator, challenge } = await fixture(t);
    t.is(await read(authenticator.create({ challenge: challenge(), ...forgery })), 'passkey_invalid');
  });
}

test('an answer adds a passkey for the account that was asked, in time, and once', async (t) => {
  const { read, passkeys, authenticator, challenge, challenges, stores } = await fixture(t);
  const of = (signed: string) => authenticator.create({ challenge: signed });
  t.is(await read(of(passkeys.options({ ...ADA, id: 'grace' }, []).challenge)), 'passkey_invalid');
  t.is(await read(of(challenges.issue(['sign in', UID]))), 'passkey_invalid');
  const json = of(challenge());
  t.like(await read(json), { id: authenticator.id });
  t.is(await read(json), 'passkey_expired');
  const late = of(challenge());
  stores.clock.advance(CHALLENGE_SECONDS);
  t.is(await read(late), 'passkey_expired');
});

test('an account has a passkey once, and ten at most', async (t) => {
  const { passkeys, authenticator, challenge } = await fixture(t);
  const made = await passkeys.read(authenticator.create({ challenge: challenge() }), {
    name: 'Phone',
    accountId: ADA.id,
  });
  const one = made.add(none);
  t.is(
    codeOf(() => made.add(one)),
    'passkey_known',
  );
  const others = Array.from({ length: 10 }, () => new Authenticator(HOME).stored());
  t.is(
    codeOf(() => made.add({ ...none, passkeys: others })),
    'too_many_factors',
  );
  t.is(made.add({ ...none, passkeys: others.slice(1) }).passkeys.length, 10);
  t.deepEqual(made.takeOut(one), none);
});
