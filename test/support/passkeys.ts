/** Passkeys of accounts in tests, and what a browser answers with them. */
import type { FactorStore, Passkey } from '../../src/storage/factors/factors.ts';
import { type Assertion, Authenticator } from './authenticator.ts';
import type { Page } from './user.ts';

/** What the page gives to the browser. */
export function optionsOf({ body }: Pick<Page, 'body'>) {
  return JSON.parse((/ data-options="([^"]*)"/.exec(body)?.[1] ?? '{}').replaceAll('&#34;', '"'));
}

export const challengeOf = (page: Pick<Page, 'body'>): string => String(optionsOf(page).challenge);

interface Provider {
  readonly issuer: string;
  readonly installation: { readonly factors: FactorStore };
}

/** For an issuer of a test: its host is a name that passkeys can be made for. */
export const newAuthenticator = ({ issuer }: Pick<Provider, 'issuer'>): Authenticator =>
  new Authenticator({ origin: issuer, rpId: new URL(issuer).hostname });

export interface OwnedPasskey {
  readonly accountId: string;
  /** Of the credential. */
  readonly id: string;
  readonly authenticator: Authenticator;
  /** To a page that asks for a passkey. */
  answerTo(page: Pick<Page, 'body'>, more?: Partial<Assertion>): string;
}

export async function givePasskey(
  accountId: string,
  latchkey: Provider,
  details: Partial<Passkey> = {},
): Promise<OwnedPasskey> {
  const { factors } = latchkey.installation;
  const authenticator = newAuthenticator(latchkey);
  const passkey = authenticator.stored(details);
  await factors.change(accountId, (current) => ({ ...current, passkeys: [...current.passkeys, passkey] }));
  const userHandle = factors.userHandleOf(accountId);
  return {
    ...{ accountId, id: passkey.id, authenticator },
    answerTo: (page, more) => authenticator.get({ challenge: challengeOf(page), userHandle, ...more }),
  };
}
