/** The cookie by which a browser that remembers accounts is told from strangers. */
import type { Context } from 'koa';
import {
  DEVICE_LIFE_SECONDS,
  type Device,
  type KnownDevices,
  type SignedInAccount,
} from '../../domain/throttle/known-devices.ts';

export class DeviceCookie {
  readonly #name: string;
  readonly #isSecure: boolean;
  readonly #devices: KnownDevices;

  constructor(issuer: string, devices: KnownDevices) {
    this.#isSecure = issuer.startsWith('https:');
    this.#name = this.#isSecure ? '__Host-latchkey_device' : 'latchkey_device';
    this.#devices = devices;
  }

  read(ctx: Pick<Context, 'cookies'>): Device | undefined {
    return this.#devices.read(ctx.cookies.get(this.#name, { signed: false }));
  }

  /** After the right password, before any session knows the account. */
  remember(ctx: Context, device: Device | undefined, account: SignedInAccount): void {
    this.#set(ctx, this.#devices.remember(device, account));
  }

  /** The account is not offered here any more, and its device is a stranger's. */
  forget(ctx: Context, accountId: string): void {
    const device = this.read(ctx);
    if (device !== undefined) this.#set(ctx, this.#devices.forget(device, accountId) ?? null);
  }

  #set(ctx: Context, value: string | null): void {
    ctx.cookies.set(this.#name, value, {
      path: '/',
      httpOnly: true,
      sameSite: 'lax',
      secure: this.#isSecure,
      maxAge: DEVICE_LIFE_SECONDS * 1000,
      // It is authenticated by its encryption.
      signed: false,
    });
  }
}
