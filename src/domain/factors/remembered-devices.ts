/** Browsers in which somebody has proven a second factor and need not prove it again for 30 days. It raises no level. */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../../ports/clock.ts';
import type { AccountFactors } from '../../storage/factors/factors.ts';
import type { RememberedDevice, RememberedDevices } from '../../storage/factors/remembered-devices.ts';
import type { Account } from '../../storage/records/accounts.ts';

export const DEVICE_REMEMBERED_SECONDS = 30 * 24 * 60 * 60;
const TOKEN_BYTES = 32;
const MOST_AGENT_CHARACTERS = 300;

type Owner = Pick<Account, 'id' | 'sessionsEndedAt'>;
type Changes = Pick<AccountFactors, 'changedAt'>;

/** Not any more after an end of the account's sessions, or a change of its factors. */
export function isInForce(
  device: Pick<RememberedDevice, 'sessionsEndedAt' | 'factorsChangedAt'>,
  { sessionsEndedAt = 0 }: Pick<Account, 'sessionsEndedAt'>,
  { changedAt }: Changes,
): boolean {
  return device.sessionsEndedAt === sessionsEndedAt && device.factorsChangedAt === changedAt;
}

export interface DeviceMemoryDeps {
  readonly devices: Pick<RememberedDevices, 'get' | 'put' | 'remove'>;
  readonly clock: Pick<Clock, 'now'>;
}

export class DeviceMemory {
  readonly #deps: DeviceMemoryDeps;

  constructor(deps: DeviceMemoryDeps) {
    this.#deps = deps;
  }

  /** `token`: what the browser keeps for this account. */
  async isRemembered(token: string | undefined, owner: Owner, changes: Changes): Promise<boolean> {
    if (token === undefined) return false;
    const device = await this.#deps.devices.get(token, owner.id);
    if (device === undefined || device.expiresAt <= this.#deps.clock.now()) return false;
    return isInForce(device, owner, changes);
  }

  /**
   * After the second factor. Returns what the browser is to keep for this account from now on, in place of `before`: never what it
   * brought along, which somebody else may know.
   */
  async remember(
    before: string | undefined,
    { id, sessionsEndedAt = 0 }: Owner,
    { changedAt }: Changes,
    userAgent: string,
  ): Promise<string> {
    const { devices, clock } = this.#deps;
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    const now = clock.now();
    await devices.put(token, {
      accountId: id,
      rememberedAt: now,
      userAgent: userAgent.slice(0, MOST_AGENT_CHARACTERS),
      sessionsEndedAt,
      factorsChangedAt: changedAt,
      expiresAt: now + DEVICE_REMEMBERED_SECONDS * 1000,
    });
    if (before !== undefined) await devices.remove(before, id);
    return token;
  }
}
