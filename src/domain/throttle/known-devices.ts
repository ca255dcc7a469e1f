/** What a browser keeps so that it is told from strangers: the last few accounts that signed in there and let it remember them. */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../../ports/clock.ts';
import type { Account } from '../../storage/records/accounts.ts';
import { writtenToFit } from './fitting-entries.ts';

/** Browsers keep no cookie for longer (RFC 6265bis 5.5). */
export const DEVICE_LIFE_SECONDS = 400 * 24 * 60 * 60;
const MOST_ACCOUNTS = 5;
const MOST_CHARACTERS = 1024;
const DEVICE_ID_BYTES = 16;

interface DeviceAccount {
  readonly id: string;
  /** When the account's sessions had last been ended, in milliseconds since the epoch; 0 if never. */
  readonly endedAt: number;
}

/** It proves nothing and signs nobody in: it decides which budget pays for a wrong password, and which accounts a page offers. */
export interface Device {
  readonly id: string;
  /** The latest first. */
  readonly accounts: readonly DeviceAccount[];
}

/** As it was read before the password was checked: a sign-in that was under way when sessions ended is before that. */
export type SignedInAccount = Pick<Account, 'id' | 'sessionsEndedAt'>;

interface Statement extends Device {
  /** Seconds since the epoch. */
  readonly statedAt: number;
}

export interface KnownDevicesDeps {
  /** Encrypted, so that whoever reads the cookie learns no account's id, nor that two browsers share one. */
  readonly cipher: {
    encrypt(text: string): string;
    /** Undefined for whatever was not encrypted by it. */
    decrypt(encrypted: string): string | undefined;
  };
  readonly clock: Clock;
}

const entryOf = ({ id, sessionsEndedAt = 0 }: SignedInAccount): DeviceAccount => ({ id, endedAt: sessionsEndedAt });

export class KnownDevices {
  readonly #cipher: KnownDevicesDeps['cipher'];
  readonly #clock: Clock;

  constructor({ cipher, clock }: KnownDevicesDeps) {
    this.#cipher = cipher;
    this.#clock = clock;
  }

  /** Undefined for whatever we have not written in the last 400 days. */
  read(text: string | undefined): Device | undefined {
    if (text === undefined || text.length > MOST_CHARACTERS) return undefined;
    const statement = this.#decrypted(text);
    if (statement === undefined || statement.statedAt + DEVICE_LIFE_SECONDS <= this.#clock.now() / 1000)
      return undefined;
    return { id: statement.id, accounts: statement.accounts };
  }

  /** False for a sign-in before the account's sessions were ended: whoever knew the old password may have made it. */
  hasSignedIn({ accounts }: Device, account: SignedInAccount): boolean {
    const { id, endedAt } = entryOf(account);
    return accounts.some((entry) => entry.id === id && entry.endedAt === endedAt);
  }

  /** What the browser is to keep from now on: the account before the others that it knows. */
  remember(device: Device | undefined, account: SignedInAccount): string {
    const id = device?.id ?? randomBytes(DEVICE_ID_BYTES).toString('base64url');
    const others = (device?.accounts ?? []).filter((entry) => entry.id !== account.id);
    const accounts = [entryOf(account), ...others].slice(0, MOST_ACCOUNTS);
    return writtenToFit(accounts, (fitting) => this.#written({ id, accounts: fitting }), MOST_CHARACTERS);
  }

  /** The same without an account; undefined where no other is left. */
  forget({ id, accounts }: Device, accountId: string): string | undefined {
    const others = accounts.filter((entry) => entry.id !== accountId);
    return others.length === 0 ? undefined : this.#written({ id, accounts: others });
  }

  #written(device: Device): string {
    const statement: Statement = { ...device, statedAt: Math.floor(this.#clock.now() / 1000) };
    return this.#cipher.encrypt(JSON.stringify(statement));
  }

  #decrypted(text: string): Statement | undefined {
    const statement = this.#cipher.decrypt(text);
    // Encrypted by us, so it has the form that we gave it.
    return statement === undefined ? undefined : (JSON.parse(statement) as Statement);
  }
}
