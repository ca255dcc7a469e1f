/** Reads the text of a new note from a request's JSON body, and says what is wrong with a bad one. */
import type { IncomingMessage } from 'node:http';

const mostBytes = 10_000;
const mostCharacters = 1000;

export class UnfitNote extends Error {
  readonly status: 400 | 413 | 415;

  constructor(status: 400 | 413 | 415, message: string) {
    super(message);
    this.status = status;
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Destroying the request would cut the connection before the answer is out.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw new UnfitNote(413, `A note takes at most ${mostBytes} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw cause instanceof SyntaxError ? new UnfitNote(400, 'The body is not JSON.') : cause;
  }
}

export async function readNote(request: IncomingMessage): Promise<string> {
  if (!/^application\/json(?:;|$)/i.test(request.headers['content-type'] ?? '')) {
    throw new UnfitNote(415, 'Send the note as application/json.');
  }
  const { text } = Object(parsed(await bodyOf(request))) as { text?: unknown };
  if (typeof text !== 'string' || text.trim() === '' || text.length > mostCharacters) {
    throw new UnfitNote(400, `A note has a text of 1 to ${mostCharacters} characters.`);
  }
  return text;
}
