/** Somebody who sets up second factors at /account. */
import type { Passkey } from '../../src/storage/factors/factors.ts';
import { codeOfSecret, giveFactors, type OwnedFactors } from '../support/factors.ts';
import type { Fixture } from '../support/provider-fixture.ts';
import type { Page, User } from '../support/user.ts';
import { type AtAccount, atAccount } from './fixture.ts';

type Provider = Parameters<typeof atAccount>[0] & {
  readonly latchkey: Pick<Fixture['latchkey'], 'issuer' | 'installation'>;
};

export const secretOn = ({ body }: Page): string =>
  (/id="totp-secret"[^>]*>([A-Z2-7 ]+)</.exec(body)?.[1] ?? '').replaceAll(' ', '');

export const codesOn = ({ body }: Page): readonly string[] =>
  [...body.matchAll(/<li><code>([A-Z2-9-]+)<\/code><\/li>/g)].map(([, code = '']) => code);

export const isStrongerProofPage = ({ body }: Page): boolean => body.includes('id="stronger-proof"');

export const factorsSection = ({ body }: Page): string =>
  /<section class="group" id="factors"[\s\S]*?<\/section>/.exec(body)?.[0] ?? '';

export interface NewApp {
  readonly secret: string;
  /** On which it was confirmed. */
  readonly page: Page;
  /** What the form was answered with. */
  readonly added: Page;
}

/** From the link in the section to the code. */
export async function addApp(
  { latchkey }: Provider,
  user: User,
  fields: Readonly<Record<string, string>> = {},
): Promise<NewApp> {
  const page = await user.open(`${latchkey.issuer}/account/factors/app`);
  const secret = secretOn(page);
  const code = codeOfSecret(secret, latchkey.installation.clock.now());
  return { secret, page, added: await user.submit(page, 'totp-confirm', { code, ...fields }) };
}

export interface AtFactors extends AtAccount {
  readonly secret: string;
  readonly recoveryCodes: readonly string[];
}

/** Signed in a moment ago by password, and with a first app since then. */
export async function atFactors(provider: Provider & Pick<Fixture, 'newAccount'>, user?: User): Promise<AtFactors> {
  const at = await atAccount(provider, {}, user);
  const { secret, added } = await addApp(provider, at.user);
  const page = await at.user.open(`${provider.latchkey.issuer}/account`);
  return { ...at, page, secret, recoveryCodes: codesOn(added) };
}

/** A browser in which the account needs no second factor. */
export async function rememberDevice({ latchkey }: Provider, accountId: string, token = 'a token'): Promise<void> {
  const { factors, accounts, rememberedDevices, clock } = latchkey.installation;
  const [{ changedAt }, account] = [await factors.get(accountId), await accounts.get(accountId)];
  await rememberedDevices.put(`${token} of ${accountId}`, {
    ...{ accountId, rememberedAt: clock.now(), userAgent: FIREFOX },
    ...{ sessionsEndedAt: account?.sessionsEndedAt ?? 0, factorsChangedAt: changedAt },
    expiresAt: clock.now() + 30 * 24 * 60 * 60 * 1000,
  });
}

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

/** Signed in with the password alone, a moment ago, and with factors that somebody added elsewhere since then. */
export async function atWeakProof(
  provider: Provider & Pick<Fixture, 'newAccount'>,
  has: readonly ('app' | 'passkey')[] = ['app'],
  user?: User,
): Promise<AtAccount & OwnedFactors> {
  const at = await atAccount(provider, {}, user);
  const { installation, issuer } = provider.latchkey;
  const owned = await giveFactors(at.account.id, installation);
  await installation.factors.change(at.account.id, (current) => ({
    ...current,
    apps: has.includes('app') ? current.apps : [],
    passkeys: has.includes('passkey') ? [{ ...passkey, id: `key of ${at.account.id}` }] : [],
  }));
  return { ...at, ...owned, page: await at.user.open(`${issuer}/account`) };
}

const passkey: Passkey = {
  ...{ id: '', name: 'Laptop', publicKey: '', counter: 0, transports: [], deviceType: 'multiDevice', addedAt: 0 },
};
