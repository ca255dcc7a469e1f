/** Reads posted forms. */
import type { Context } from 'koa';

/** A password of the greatest length, in letters of which each takes four code points when it is typed in parts, escaped. */
const MAX_FORM_BYTES = 64 * 1024;

export type Form = ReadonlyMap<string, string>;

/** Of boxes that share a name: the values of those that were ticked. */
export type TickedBoxes = ReadonlyMap<string, ReadonlySet<string>>;

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
  return (await readFormWithBoxes(ctx, [])).form;
}

/** `names` are those that boxes share; of any other name there is one value. */
export async function readFormWithBoxes(
  ctx: Context,
  names: readonly string[],
): Promise<{ readonly form: Form; readonly boxes: TickedBoxes }> {
  const form = new Map<string, string>();
  const boxes = new Map(names.map((name) => [name, new Set<string>()]));
  for (const [name, value] of await readFields(ctx, () => ctx.throw(413, 'the form is too large'))) {
    const ticked = boxes.get(name);
    if (ticked === undefined && form.has(name))
      ctx.throw(400, `the form holds ${JSON.stringify(name.slice(0, 64))} twice`);
    if (ticked === undefined) form.set(name, value);
    else ticked.add(value);
  }
  return { form, boxes };
}
