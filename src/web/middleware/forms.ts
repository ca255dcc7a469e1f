/** Reads posted forms, and makes sure that those of our own pages come from there. */
import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import type { Context } from 'koa';
import { isSameSecret } from '../../domain/constant-time.ts';
import { noteFor } from '../../provider/request.ts';

/** A password of the greatest length, in letters of which each takes four code points when it is typed in parts, escaped. */
const MAX_FORM_BYTES = 64 * 1024;

export type Form = ReadonlyMap<string, string>;

async function readBody(ctx: Context, tooLarge: () => never): Promise<string> {
  const chunks: Buffer[] = [];
  if ((ctx.request.length ?? 0) > MAX_FORM_BYTES) tooLarge();
  let bytes = 0;
  // Left early, a plain loop would destroy the stream, and with it the connection that the answer goes out on.
  for await (const chunk of ctx.req.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes > MAX_FORM_BYTES) tooLarge();
    chunks.push(chunk);
  }
  try {
    const body = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
    // URLSearchParams would replace bytes that are not UTF-8 by U+FFFD, so that different texts would become the same.
    for (const [escapes] of body.matchAll(/(?:%[0-9a-f]{2})+/gi)) decodeURIComponent(escapes);
    return body;
  } catch {
    return ctx.throw(400, 'the form is not valid UTF-8');
  }
}

/** In the order in which they came, with all values of a name. */
export async function readFields(ctx: Context, tooLarge: () => never): Promise<URLSearchParams> {
  if (!ctx.is('application/x-www-form-urlencoded'))
    ctx.throw(415, 'the form must be application/x-www-form-urlencoded');
  // RFC 6749 appendix B: there is one encoding. Read as another one, the same bytes would be another request.
  if (!['', 'utf-8', 'utf8'].includes(ctx.request.charset.toLowerCase())) ctx.throw(415, 'the form must be UTF-8');
  if (!['', 'identity'].includes(ctx.get('Content-Encoding').toLowerCase()))
    ctx.throw(415, 'the form must not be compressed');
  return new URLSearchParams(await readBody(ctx, tooLarge));
}

export async function readForm(ctx: Context): Promise<Form> {
  const form = new Map<string, string>();
  for (const [name, value] of await readFields(ctx, () => ctx.throw(413, 'the form is too large'))) {
    if (form.has(name)) ctx.throw(400, `the form holds ${JSON.stringify(name.slice(0, 64))} twice`);
    form.set(name, value);
  }
  return form;
}

/** Fetch Metadata where the browser sends it, else Origin; both absent is left to the token. */
function comesFromElsewhere(ctx: Context, origin: string): boolean {
  const site = ctx.get('Sec-Fetch-Site');
  if (site !== '') return site !== 'same-origin';
  const stated = ctx.get('Origin');
  // `null`: our own referrer policy makes the browser hide the origin.
  return stated !== '' && stated !== 'null' && stated !== origin;
}

/** Makes the token of an interaction's forms. The first key signs, all verify: a rotation must not break pages that are open. */
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

  tokenFor(interactionUid: string, key = this.#active): string {
    return createHmac('sha256', key).update(interactionUid).digest('base64url');
  }

  /** Answers 403 unless the post comes from our own page of this interaction. */
  check(ctx: Context, interactionUid: string, presented = ''): void {
    const isOurs = this.#keys.some((key) => isSameSecret(this.tokenFor(interactionUid, key), presented));
    if (!comesFromElsewhere(ctx, this.#origin) && isOurs) return;
    noteFor(ctx)('request.refused', 'cross_site');
    ctx.throw(403, 'this form was not sent from our own page');
  }
}
