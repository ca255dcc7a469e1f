/** Production remembers its issuer: clients, tokens and apps are bound to it, so a change breaks all of them. */
import type { Config } from './config/config.ts';
import { ConfigurationError } from './config/config.ts';
import type { Log } from './ports/log.ts';
import type { KeyStore } from './storage/records/keys.ts';

export const ISSUER_DOCUMENT = 'issuer';

type IssuerSettings = Pick<Config, 'issuer' | 'mode' | 'acceptNewIssuer'>;

/** `remembered` comes from the database. */
export function throwOnOtherIssuer(
  { issuer, mode, acceptNewIssuer }: IssuerSettings,
  remembered: Uint8Array | undefined,
): void {
  const before = remembered && Buffer.from(remembered).toString();
  if (before === undefined || before === issuer || acceptNewIssuer) return;
  const otherwise =
    mode === 'production'
      ? 'set ACCEPT_NEW_ISSUER=1 for one start to move the installation'
      : 'work on a copy of it with ACCEPT_NEW_ISSUER=1';
  const problem =
    `is ${issuer}, but the database belongs to ${before}, which its clients and tokens name: ` +
    `set ISSUER=${before}, or name another database with STORAGE_URL, or ${otherwise}`;
  throw new ConfigurationError([{ variable: 'ISSUER', problem }]);
}

/** Before a start listens. Gives what its database holds. */
export async function checkIssuer(settings: IssuerSettings, keys: KeyStore): Promise<Uint8Array | undefined> {
  const found = await keys.load(ISSUER_DOCUMENT);
  throwOnOtherIssuer(settings, found?.value);
  return found?.value;
}

export interface Remembering {
  readonly keys: KeyStore;
  readonly log: Log;
  /** What the database held when it was checked. */
  readonly before: Uint8Array | undefined;
}

/**
 * When all listeners are up: a start that never served must not decide. Of several at once the first decides, and this throws for
 * those with another issuer. Development remembers nothing: its database may be used by any issuer later.
 */
export async function rememberIssuer(settings: IssuerSettings, { keys, log, before }: Remembering): Promise<void> {
  const { issuer, mode } = settings;
  if (mode !== 'production') return;
  const own = Buffer.from(issuer);
  if (before !== undefined && own.equals(before)) return;
  const created = await keys.loadOrCreate(ISSUER_DOCUMENT, () => own);
  if (own.equals(created.value)) return;
  let isMoved = false;
  const agreed = await keys.update(ISSUER_DOCUMENT, (value) => {
    // What another start has made of it since is not ours to change, though it may be accepted that it was another one.
    isMoved = before !== undefined && Buffer.from(value).equals(before);
    return isMoved ? own : value;
  });
  if (!isMoved) throwOnOtherIssuer({ ...settings, acceptNewIssuer: false }, agreed);
  else
    log.warn(
      { issuer, issuerBefore: Buffer.from(before ?? []).toString() },
      'the database has another issuer from now on',
    );
}
