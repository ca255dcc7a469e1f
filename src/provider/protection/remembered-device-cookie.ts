/** The cookie of a browser that needs no second factor for some time: for each account that was remembered there a random value of its own. */
import type { Context } from 'koa';
import { DEVICE_REMEMBERED_SECONDS } from '../../domain/factors/remembered-devices.ts';
import { writtenToFit } from '../../domain/throttle/fitting-entries.ts';

/** More people than share a browser. */
const MOST_ACCOUNTS = 5;
/** What browsers keep. */
const MOST_CHARACTERS = 3000;

interface Entry {
  readonly accountId: string;
  readonly token: string;
}

/** Encrypted, so that whoever reads it learns no account's id, and nobody plants a value that they know. */
interface Cipher {
  encrypt(text: string): string;
  /** Undefined for whatever was not encrypted by it. */
  decrypt(encrypted: string): string | undefined;
}

type WithCookies = Pick<Context, 'cookies'>;

export class RememberedDeviceCookie {
  readonly #name: string;
  readonly #isSecure: boolean;
  readonly #cipher: Cipher;

  constructor(issuer: string, cipher: Cipher) {
    this.#isSecure = issuer.startsWith('https:');
    this.#name = this.#isSecure ? '__Host-latchkey_second_factor' : 'latchkey_second_factor';
    this.#cipher = cipher;
  }

  read(ctx: WithCookies, accountId: string): string | undefined {
    return this.#entries(ctx).find((entry) => entry.accountId === accountId)?.token;
  }

  /** The latest first; those of others stay. */
  write(ctx: WithCookies, accountId: string, token: string): void {
    const others = this.#entries(ctx).filter((entry) => entry.accountId !== accountId);
    const entries = [{ accountId, token }, ...others].slice(0, MOST_ACCOUNTS);
    const written = (fitting: readonly Entry[]) => this.#cipher.encrypt(JSON.stringify(fitting));
    const text = writtenToFit(entries, written, MOST_CHARACTERS);
    ctx.cookies.set(this.#name, text, {
      path: '/',
      httpOnly: true,
      sameSite: 'lax',
      secure: this.#isSecure,
      maxAge: DEVICE_REMEMBERED_SECONDS * 1000,
      // It is authenticated by its encryption.
      signed: false,
    });
  }

  #entries(ctx: WithCookies): readonly Entry[] {
    const text = ctx.cookies.get(this.#name, { signed: false });
    const decrypted = text === undefined || text.length > MOST_CHARACTERS ? undefined : this.#cipher.decrypt(text);
    // Encrypted by us, so it has the form that we gave it.
    return decrypted === undefined ? [] : (JSON.parse(decrypted) as readonly Entry[]);
  }
}
