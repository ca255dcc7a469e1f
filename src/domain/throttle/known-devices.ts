/** What a device keeps so that it is told from strangers: the signed names of the last few accounts that signed in on it. */
import { createHmac, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import type { Clock } from '../../ports/clock.ts';
import type { KeyedHash } from '../../storage/encryption/keyed-hash.ts';
import type { Account } from '../../storage/records/accounts.ts';
import { isSameSecret } from '../constant-time.ts';

/** Browsers keep no cookie for longer (RFC 6265bis 5.5). */
export const DEVICE_LIFE_SECONDS = 400 * 24 * 60 * 60;
const MOST_ACCOUNTS = 5;
const MOST_CHARACTERS = 1024;
const DEVICE_ID_BYTES = 16;

/** It proves nothing and signs nobody in: it only decides which budget pays for a wrong password. */
export interface Device {
  readonly id: string;
  /** Keyed hashes, the latest first. */
  readonly accounts: readonly string[];
}

/** As it was read before the password was checked: a sign-in that was under way when sessions ended is before that. */
export type SignedInAccount = Pick<Account, 'id' | 'sessionsEndedAt'>;

interface Statement extends Device {
  /** Seconds since the epoch. */
  readonly statedAt: number;
}

export interface KnownDevicesDeps {
  /** The first signs, all verify: a rotation must not make strangers of the devices that are known. */
  readonly secrets: readonly Uint8Array[];
  readonly keyedHash: KeyedHash;
  readonly clock: Clock;
}

export class KnownDevices {
  readonly #keys: readonly KeyObject[];
  readonly #active: KeyObject;
  readonly #keyedHash: KeyedHash;
  readonly #clock: Clock;

  constructor({ secrets, keyedHash, clock }: KnownDevicesDeps) {
    this.#keys = secrets.map((secret) => createSecretKey(secret));
    const [active] = this.#keys;
    if (active === undefined) throw new TypeError('known devices need a key');
    this.#active = active;
    this.#keyedHash = keyedHash;
    this.#clock = clock;
  }

  /** Undefined for whatever we have not signed in the last 400 days. */
  read(text: string | undefined): Device | undefined {
    if (text === undefined || text.length > MOST_CHARACTERS) return undefined;
    const [payload = '', signature = '', ...rest] = text.split('.');
    const isOurs = this.#keys.some((key) => isSameSecret(sign(payload, key), signature));
    if (!isOurs || rest.length > 0) return undefined;
    // Signed by us, so it has the form that we gave it.
    const { id, accounts, statedAt } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Statement;
    return statedAt + DEVICE_LIFE_SECONDS > this.#clock.now() / 1000 ? { id, accounts } : undefined;
  }

  /** False for a sign-in before the account's sessions were ended: whoever knew the old password may have made it. */
  hasSignedIn({ id, accounts }: Device, account: SignedInAccount): boolean {
    return accounts.includes(this.#accountHash(id, account));
  }

  /** What the device is to keep from now on: the account before the others that it knows. */
  remember(device: Device | undefined, account: SignedInAccount): string {
    const id = device?.id ?? randomBytes(DEVICE_ID_BYTES).toString('base64url');
    const hash = this.#accountHash(id, account);
    const others = (device?.accounts ?? []).filter((other) => other !== hash);
    const accounts = [hash, ...others].slice(0, MOST_ACCOUNTS);
    const statement: Statement = { id, accounts, statedAt: Math.floor(this.#clock.now() / 1000) };
    const payload = Buffer.from(JSON.stringify(statement)).toString('base64url');
    return `${payload}.${sign(payload, this.#active)}`;
  }

  /** With the device's id, so that two devices of one account do not show that they are. */
  #accountHash(deviceId: string, { id, sessionsEndedAt = 0 }: SignedInAccount): string {
    return this.#keyedHash.hash('device account', `${deviceId}\0${id}\0${sessionsEndedAt}`);
  }
}

function sign(payload: string, key: KeyObject): string {
  return createHmac('sha256', key).update(payload).digest('base64url');
}
