/** Reads a posted form: bounded, plain fields only, each at most once. */
import type Koa from 'koa';

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
