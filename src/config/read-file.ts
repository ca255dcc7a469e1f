/** Files that a setting names are read in bounded time and memory, whatever they turn out to be. */
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { NotText } from './text.ts';

export const LARGEST_FILE_BYTES = 1_048_576;

function problemOf(found: Stats): string | undefined {
  if (found.isDirectory()) return 'is a folder';
  return found.isFile() ? undefined : 'is no regular file (a pipe or a device may never end)';
}

/** A regular file; throws `NotText` on anything else, and on more than `maxBytes`. */
export function readNamedFile(path: string, maxBytes = LARGEST_FILE_BYTES): Buffer {
  // A pipe that nobody writes to would keep a plain open waiting.
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const problem = problemOf(fstatSync(descriptor));
    if (problem !== undefined) throw new NotText(problem);
    // What is in /proc says that it has no bytes, and has some.
    const content = Buffer.alloc(maxBytes + 1);
    let length = 0;
    for (;;) {
      const more = readSync(descriptor, content, length, content.length - length, null);
      if (more === 0) return Buffer.from(content.subarray(0, length));
      length += more;
      if (length > maxBytes) throw new NotText(`has more than ${maxBytes} bytes`);
    }
  } finally {
    closeSync(descriptor);
  }
}

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}
