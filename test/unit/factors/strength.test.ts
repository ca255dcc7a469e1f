/** No weaker factor enrols, removes or replaces a stronger one: every proof, every change, everything that an account can have. */
import test from 'ava';
import {
  type ChangedFactor,
  isStrongEnough,
  levelOfStrength,
  requiredStrength,
  type Strength,
  strengthOfSignIn,
  strongerOf,
} from '../../../src/domain/factors/strength.ts';
import type { AuthenticatorApp, Passkey } from '../../../src/storage/factors/factors.ts';

const app: AuthenticatorApp = { id: 'app', name: 'Phone', secret: 'JBSWY3DP', lastStep: 0, addedAt: 0 };
const passkey: Passkey = {
  ...{ id: 'passkey', name: 'Laptop', publicKey: '', counter: 0, transports: [] },
  ...{ deviceType: 'singleDevice', addedAt: 0 },
};

const accounts = {
  nothing: { apps: [], passkeys: [] },
  'an app': { apps: [app], passkeys: [] },
  'a passkey': { apps: [], passkeys: [passkey] },
  both: { apps: [app], passkeys: [passkey] },
} as const;

type Account = keyof typeof accounts;

const { password, mfa, phr } = {
  password: 'urn:latchkey:acr:password',
  mfa: 'urn:latchkey:acr:mfa',
  phr: 'phr',
} as const;

/** How somebody signed in, and what it is worth. */
const proofs: Readonly<
  Record<string, { readonly acr?: string; readonly amr?: readonly string[]; readonly is: Strength }>
> = {
  'by password': { acr: password, amr: ['pwd'], is: 'password' },
  'by password in a remembered browser': { acr: password, amr: ['pwd'], is: 'password' },
  'by password and a sent code': { acr: password, amr: ['pwd', 'mca'], is: 'password' },
  'by password and a sent code that the operator lets count': { acr: mfa, amr: ['pwd', 'mca', 'mfa'], is: 'password' },
  'by a sent code alone': { acr: password, amr: ['mca'], is: 'password' },
  'by password and an app': { acr: mfa, amr: ['pwd', 'otp', 'mfa'], is: 'authenticator_app' },
  'by password and a recovery code': { acr: mfa, amr: ['pwd', 'otp', 'mfa'], is: 'authenticator_app' },
  'by a sent code and an app': { acr: mfa, amr: ['mca', 'otp', 'mfa'], is: 'authenticator_app' },
  'by password and a passkey that asked for nothing': {
    acr: mfa,
    amr: ['pwd', 'hwk', 'user', 'mfa'],
    is: 'authenticator_app',
  },
  'by a passkey with user verification': { acr: phr, amr: ['swk', 'user', 'mfa'], is: 'passkey' },
  'at a level that is none of ours': { acr: 'urn:mace:incommon:iap:silver', amr: ['otp'], is: 'password' },
  'before levels were kept': { is: 'password' },
};

for (const [how, { is, ...signIn }] of Object.entries(proofs)) {
  test(`a sign-in ${how} is as strong as: ${is}`, (t) => t.is(strengthOfSignIn(signIn), is));
}

/** What is needed: of the changed factor and the strongest that the account has, the weaker. */
const required: Readonly<
  Record<ChangedFactor, Readonly<Record<Account, 'password' | 'authenticator_app' | 'passkey'>>>
> = {
  authenticator_app: {
    nothing: 'password',
    'an app': 'authenticator_app',
    'a passkey': 'authenticator_app',
    both: 'authenticator_app',
  },
  passkey: { nothing: 'password', 'an app': 'authenticator_app', 'a passkey': 'passkey', both: 'passkey' },
  recovery_codes: { nothing: 'password', 'an app': 'authenticator_app', 'a passkey': 'passkey', both: 'passkey' },
};

/** The weakest first. */
const strengths: readonly Strength[] = ['password', 'authenticator_app', 'passkey', 'recovery_code'];

for (const [changed, ofAccounts] of Object.entries(required) as [ChangedFactor, (typeof required)[ChangedFactor]][]) {
  for (const [account, needed] of Object.entries(ofAccounts) as [Account, Strength][]) {
    for (const proof of strengths) {
      const isEnough = strengths.indexOf(proof) >= strengths.indexOf(needed);
      test(`${proof} ${isEnough ? 'is' : 'is not'} enough to change ${changed} of an account with ${account}`, (t) => {
        const has = { ...accounts[account], changedAt: 7 };
        t.is(isStrongEnough({ strength: proof, factorsAt: 7 }, changed, has), isEnough);
        for (const factorsAt of [6, 8, undefined])
          t.is(isStrongEnough({ strength: proof, factorsAt }, changed, has), needed === 'password', 'of other factors');
        t.is(requiredStrength(changed, accounts[account]), needed as never);
      });
    }
  }
}

test('a demanded sign-in is as strong as what demands it', (t) => {
  t.is(levelOfStrength('password'), undefined);
  t.is(levelOfStrength('authenticator_app'), mfa);
  t.is(levelOfStrength('passkey'), phr);
});

test('of two proofs the stronger counts', (t) => {
  for (const [at, one] of strengths.entries())
    for (const [of, other] of strengths.entries())
      t.is(strongerOf(one, other), strengths[Math.max(at, of)] as Strength);
});

test('a change by the same session, made at the same moment, leaves a proof as strong as it was; one by another session does not', (t) => {
  const proof = { strength: 'authenticator_app', factorsAt: 1, session: 'hers' } as const;
  const has = { apps: [{} as never], passkeys: [], changedAt: 2 };
  const isEnough = (changedBy?: { readonly session: string; readonly from: number }) =>
    isStrongEnough(proof, 'recovery_codes', { ...has, ...(changedBy && { changedBy }) });
  t.true(isEnough({ session: 'hers', from: 1 }));
  t.false(isEnough({ session: 'hers', from: 0 }));
  t.false(isEnough({ session: "a thief's", from: 1 }));
  t.false(isEnough());
});
