/** The cookie by which a device that somebody signed in on is told from strangers. */
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
    ctx.cookies.set(this.#name, this.#devices.remember(device, account), {
      path: '/',
      httpOnly: true,
      sameSite: 'lax',
      secure: this.#isSecure,
      maxAge: DEVICE_LIFE_SECONDS * 1000,
      // It holds a signature of its own, under a key for nothing else.
      signed: false,
    });
  }
}
