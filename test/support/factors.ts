/** Second factors of accounts in tests, and what their owners type. */
import { Secret, TOTP } from 'otpauth';
import { newRecoveryCodes } from '../../src/domain/factors/recovery-codes.ts';
import { newTotpSecret } from '../../src/domain/factors/totp.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { KeyedHash } from '../../src/storage/encryption/keyed-hash.ts';
import type { FactorStore } from '../../src/storage/factors/factors.ts';

const STEP_MILLISECONDS = 30_000;

/** What an app with this key shows (base32; milliseconds since the epoch). */
export function codeOfSecret(secret: string, at: number): string {
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: at });
}

interface Deps {
  readonly factors: FactorStore;
  readonly keyedHash: KeyedHash;
  readonly clock: Pick<Clock, 'now'>;
}

export interface OwnedFactors {
  /** What the app shows now, or so many steps later. */
  code(stepsLater?: number): string;
  readonly recoveryCodes: readonly string[];
}

/** An authenticator app that has been used in no sign-in yet, and ten recovery codes. */
export async function giveFactors(accountId: string, { factors, keyedHash, clock }: Deps): Promise<OwnedFactors> {
  const secret = newTotpSecret();
  const { shown, hashes } = newRecoveryCodes(accountId, keyedHash);
  const app = { id: `app of ${accountId}`, name: 'Phone', secret, lastStep: 0, addedAt: clock.now() };
  await factors.change(accountId, (current) => ({
    ...current,
    apps: [...current.apps, app],
    recoveryCodes: hashes,
    changedAt: clock.now(),
  }));
  return {
    code: (stepsLater = 0) => codeOfSecret(secret, clock.now() + stepsLater * STEP_MILLISECONDS),
    recoveryCodes: shown,
  };
}
