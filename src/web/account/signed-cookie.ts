/** A cookie that holds what the page /account has to know of one browser: signed, and of no use in another one. */
import type { Context } from 'koa';
import type { Clock } from '../../ports/clock.ts';
import { browserToBind, isBoundBrowser } from '../../provider/protection/browser-binding.ts';
import type { KeyedHash } from '../../storage/encryption/keyed-hash.ts';

export interface SignedCookieDeps {
  readonly issuer: string;
  readonly keyedHash: KeyedHash;
  readonly clock: Clock;
}

interface Kept {
  readonly browser: string;
  /** Milliseconds since the epoch. */
  readonly until: number;
  readonly content: unknown;
}

function parsed(text: string | undefined): Partial<Kept> {
  // It was signed here: what is signed can be read.
  return text === undefined ? {} : JSON.parse(Buffer.from(text, 'base64url').toString());
}

export class SignedCookie<Content> {
  readonly #name: string;
  readonly #lifeSeconds: number;
  readonly #deps: SignedCookieDeps;

  constructor(name: string, lifeSeconds: number, deps: SignedCookieDeps) {
    this.#name = deps.issuer.startsWith('https:') ? `__Host-${name}` : name;
    this.#lifeSeconds = lifeSeconds;
    this.#deps = deps;
  }

  read(ctx: Context): Content | undefined {
    const { browser, until = 0, content } = parsed(ctx.cookies.get(this.#name, { signed: true }));
    return isBoundBrowser(browser) && this.#deps.clock.now() < until ? (content as Content) : undefined;
  }

  write(ctx: Context, content: Content): void {
    const { keyedHash, clock } = this.#deps;
    const kept: Kept = {
      browser: browserToBind(keyedHash),
      until: clock.now() + this.#lifeSeconds * 1000,
      content,
    };
    this.#set(ctx, Buffer.from(JSON.stringify(kept)).toString('base64url'));
  }

  clear(ctx: Context): void {
    if (ctx.cookies.get(this.#name, { signed: false }) !== undefined) this.#set(ctx, null);
  }

  #set(ctx: Context, value: string | null): void {
    const secure = this.#deps.issuer.startsWith('https:');
    ctx.cookies.set(this.#name, value, { path: '/', httpOnly: true, sameSite: 'lax', secure, signed: true });
  }
}
