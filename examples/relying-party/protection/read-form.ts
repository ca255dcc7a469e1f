/** Reads a posted form, as long as it is a small one. */
import type { IncomingMessage } from 'node:http';

const maxBytes = 16 * 1024;

export class FormRefused extends Error {
  override readonly name = 'FormRefused';
}

export async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  if (!request.headers['content-type']?.startsWith('application/x-www-form-urlencoded')) {
    throw new FormRefused('it must come as a form');
  }
  // Asked first where it is told: breaking off below also breaks the connection.
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw new FormRefused('it is too long');
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new FormRefused('it is too long');
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
}
