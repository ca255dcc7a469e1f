/** Reads posted forms, and makes sure that they come from our own pages. */
import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import type Koa from 'koa';
import { isSameSecret } from '../../domain/constant-time.ts';

const MAX_FORM_BYTES = 16 * 1024;

export type Form = ReadonlyMap<string, string>;

async function readBody(ctx: Koa.Context): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of ctx.req as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes > MAX_FORM_BYTES) ctx.throw(413, 'the form is too large');
    chunks.push(chunk);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    return ctx.throw(400, 'the form is not valid UTF-8');
  }
}

export async function readForm(ctx: Koa.Context): Promise<Form> {
  if (!ctx.is('application/x-www-form-urlencoded'))
    ctx.throw(415, 'the form must be application/x-www-form-urlencoded');
  const form = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(await readBody(ctx))) {
    if (form.has(name)) ctx.throw(400, `the form holds ${JSON.stringify(name.slice(0, 64))} twice`);
    form.set(name, value);
  }
  return form;
}

export interface FormGuard {
  /** The token for the forms of one interaction. */
  tokenFor(interactionUid: string): string;
  /** Answers 403 unless the post comes from our own page of this interaction. */
  check(ctx: Koa.Context, interactionUid: string, presented: string | undefined): void;
}

/** Fetch Metadata where the browser sends it, else Origin; both absent is left to the token. */
function comesFromElsewhere(ctx: Koa.Context, origin: string): boolean {
  const site = ctx.get('Sec-Fetch-Site');
  if (site !== '') return site !== 'same-origin';
  const stated = ctx.get('Origin');
  // `null`: our own referrer policy makes the browser hide the origin.
  return stated !== '' && stated !== 'null' && stated !== origin;
}

/** The first key signs, all verify, so that a rotation does not break pages that are open. */
export function createFormGuard(issuer: string, secrets: readonly Buffer[]): FormGuard {
  const { origin } = new URL(issuer);
  const keys = secrets.map((secret) => createSecretKey(secret));
  const sign = (key: KeyObject, uid: string): string => createHmac('sha256', key).update(uid).digest('base64url');
  const [active] = keys;
  if (active === undefined) throw new TypeError('the form guard needs a key');
  return {
    tokenFor: (uid) => sign(active, uid),
    check(ctx, uid, presented) {
      const isOurs = presented !== undefined && keys.some((key) => isSameSecret(sign(key, uid), presented));
      if (comesFromElsewhere(ctx, origin) || !isOurs) ctx.throw(403, 'this form was not sent from our own page');
    },
  };
}
