/** Makes sure that forms of our own pages are posted from there. */
import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import type { Context } from 'koa';
import { isSameSecret } from '../../domain/constant-time.ts';
import { noteFor } from '../../provider/request.ts';

/** Fetch Metadata where the browser sends it, else Origin; both absent is left to the token. */
function comesFromElsewhere(ctx: Context, origin: string): boolean {
  const site = ctx.get('Sec-Fetch-Site');
  if (site !== '') return site !== 'same-origin';
  const stated = ctx.get('Origin');
  // `null`: our own referrer policy makes the browser hide the origin.
  return stated !== '' && stated !== 'null' && stated !== origin;
}

/** Makes the token of a page's forms. The first key signs, all verify: a rotation must not break pages that are open. */
export class FormGuard {
  readonly #origin: string;
  readonly #keys: readonly KeyObject[];
  readonly #active: KeyObject;

  constructor(issuer: string, secrets: readonly Buffer[]) {
    this.#origin = new URL(issuer).origin;
    this.#keys = secrets.map((secret) => createSecretKey(secret));
    const [active] = this.#keys;
    if (active === undefined) throw new TypeError('the form guard needs a key');
    this.#active = active;
  }

  /** `subject`: the uid of an interaction, or a browser. */
  tokenFor(subject: string, key = this.#active): string {
    return createHmac('sha256', key).update(subject).digest('base64url');
  }

  /** Answers 403 unless the post comes from our own page of one of these. */
  check(ctx: Context, subjects: readonly string[], presented = ''): void {
    const isOurs = this.#keys.some((key) =>
      subjects.some((subject) => isSameSecret(this.tokenFor(subject, key), presented)),
    );
    if (!comesFromElsewhere(ctx, this.#origin) && isOurs) return;
    noteFor(ctx)('request.refused', 'cross_site');
    ctx.throw(403, 'this form was not sent from our own page');
  }
}
