/** Reads the JSON object that a registration or its update is. */
import type { Context } from 'koa';
import { errors } from 'oidc-provider';
import { readUpTo } from '../protection/capped-body.ts';
import { refuseDeep } from '../protection/nesting.ts';

/** Keys with certificates are the longest that clients have. */
const MAX_BYTES = 32 * 1024;

/** More than a client can have. */
const MAX_MEMBERS = 100;

function refuse(description: string, status = 400): never {
  throw new errors.InvalidRequest(description, status);
}

async function readText(ctx: Context): Promise<string> {
  const tooLarge = (): never => refuse(`the body holds at most ${MAX_BYTES} bytes`, 413);
  if ((ctx.request.length ?? 0) > MAX_BYTES) tooLarge();
  // Left early, a plain loop would destroy the stream, and with it the connection that the answer goes out on.
  const chunks = ctx.req.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  const body = await readUpTo(MAX_BYTES, chunks, tooLarge);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return refuse('the body is not valid UTF-8');
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return refuse('the body is not valid JSON');
  }
}

export async function readJsonObject(ctx: Context): Promise<Readonly<Record<string, unknown>>> {
  if (!ctx.is('application/json')) refuse('the body must be application/json', 415);
  if (!['', 'utf-8', 'utf8'].includes(ctx.request.charset.toLowerCase())) refuse('the body must be UTF-8', 415);
  if (!['', 'identity'].includes(ctx.get('Content-Encoding').toLowerCase()))
    refuse('the body must not be compressed', 415);
  const text = await readText(ctx);
  // What is no JSON may be as deep as it likes: it is not built.
  refuseDeep(text, 'the body');
  const json = parsed(text);
  if (typeof json !== 'object' || json === null || Array.isArray(json)) refuse('the body must be a JSON object');
  if (Object.keys(json as object).length > MAX_MEMBERS) refuse(`the body has at most ${MAX_MEMBERS} members`);
  return json as Readonly<Record<string, unknown>>;
}
