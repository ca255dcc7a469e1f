/** The cookie of a browser that needs no second factor for some time: one random value for all accounts that were remembered there. */
import type { Context } from 'koa';
import { DEVICE_REMEMBERED_SECONDS } from '../../domain/factors/remembered-devices.ts';

export class RememberedDeviceCookie {
  readonly #name: string;
  readonly #isSecure: boolean;

  constructor(issuer: string) {
    this.#isSecure = issuer.startsWith('https:');
    this.#name = this.#isSecure ? '__Host-latchkey_second_factor' : 'latchkey_second_factor';
  }

  read(ctx: Pick<Context, 'cookies'>): string | undefined {
    return ctx.cookies.get(this.#name, { signed: false });
  }

  write(ctx: Pick<Context, 'cookies'>, token: string): void {
    ctx.cookies.set(this.#name, token, {
      path: '/',
      httpOnly: true,
      sameSite: 'lax',
      secure: this.#isSecure,
      maxAge: DEVICE_REMEMBERED_SECONDS * 1000,
      // 256 random bits: nobody guesses one.
      signed: false,
    });
  }
}
