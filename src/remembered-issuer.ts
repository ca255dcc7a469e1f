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

/** Called once when a provider starts. Development checks too but remembers nothing: its database may be used by any issuer later. */
export async function confirmIssuer(settings: IssuerSettings, keys: KeyStore, log: Log): Promise<void> {
  const { issuer, mode } = settings;
  const own = Buffer.from(issuer);
  const { value: remembered } =
    mode === 'production'
      ? await keys.loadOrCreate(ISSUER_DOCUMENT, () => own)
      : ((await keys.load(ISSUER_DOCUMENT)) ?? { value: own });
  throwOnOtherIssuer(settings, remembered);
  if (mode !== 'production' || own.equals(remembered)) return;
  await keys.update(ISSUER_DOCUMENT, () => own);
  log.warn({ issuer, issuerBefore: Buffer.from(remembered).toString() }, 'the database has another issuer from now on');
}
