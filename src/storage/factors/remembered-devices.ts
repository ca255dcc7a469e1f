/** Browsers in which an account needs no second factor for some time: one record for each account and browser. */
import { type CollectionDeps, EncryptedCollection, storedId } from '../encryption/encrypted-collection.ts';

export interface RememberedDevice {
  readonly accountId: string;
  /** Milliseconds since the epoch, here and below. */
  readonly rememberedAt: number;
  /** What the browser called itself; shown in words to the account's owner. */
  readonly userAgent: string;
  /** When the account's sessions had last been ended, and its factors changed; 0 if never. Later ones make this worthless. */
  readonly sessionsEndedAt: number;
  readonly factorsChangedAt: number;
  readonly expiresAt: number;
}

export interface ListedDevice extends RememberedDevice {
  /** Names it in a form, and lets nobody in. */
  readonly id: string;
}

/** `token`: 256 random bits that the browser keeps. */
const idOf = (token: string, accountId: string): string => storedId('remembered_devices', `${token}\0${accountId}`);

export class RememberedDevices {
  readonly #devices: EncryptedCollection<RememberedDevice, 'remembered_devices'>;

  constructor(deps: CollectionDeps) {
    this.#devices = new EncryptedCollection(deps, 'remembered_devices');
  }

  put(token: string, device: RememberedDevice): Promise<void> {
    const { accountId, expiresAt } = device;
    return this.#devices.put({ id: idOf(token, accountId), value: device, indexes: { accountId }, expiresAt });
  }

  async get(token: string, accountId: string): Promise<RememberedDevice | undefined> {
    return (await this.#devices.get(idOf(token, accountId)))?.value;
  }

  /** False when there is none. */
  remove(token: string, accountId: string): Promise<boolean> {
    return this.#devices.remove(idOf(token, accountId));
  }

  /** At most `limit`, in no order that says anything. */
  async ofAccount(accountId: string, limit: number): Promise<readonly ListedDevice[]> {
    const found = await this.#devices.findBy('accountId', accountId, { limit });
    return found.map(({ id, value }) => ({ ...value, id }));
  }

  /** By its record, if it is the account's. False when there is none. */
  async end(id: string, accountId: string): Promise<boolean> {
    const found = await this.#devices.get(id);
    return found?.value.accountId === accountId && (await this.#devices.remove(id));
  }

  /** Returns how many there were. */
  endAllOf(accountId: string): Promise<number> {
    return this.#devices.removeBy('accountId', accountId);
  }
}
