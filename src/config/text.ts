/** Bytes from files and standard input become text, or an error: never U+FFFD, which nobody can type again. */

export class NotText extends Error {
  override readonly name = 'NotText';
  readonly code = 'NOT_TEXT';
  /** Completes a sentence that begins with the name of the file. */
  readonly problem: string;

  constructor(problem: string, options?: ErrorOptions) {
    super(problem, options);
    this.problem = problem;
  }
}

const isUtf16 = ([first, second]: Uint8Array): boolean =>
  (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);

/** UTF-8, without the byte order mark that some editors put in front. */
export function decodeText(bytes: Uint8Array): string {
  if (isUtf16(bytes) || bytes.includes(0))
    throw new NotText('is not UTF-8 text, it looks like UTF-16: save it as UTF-8');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new NotText('is not UTF-8 text: save it as UTF-8', { cause });
  }
}

/** PEM may hold comments in any encoding, so its bytes stay as they are; OpenSSL finds nothing behind a mark. */
export function withoutByteOrderMark(bytes: Buffer): Buffer {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}

/** What Node puts in place of bytes that are not UTF-8 in an argument or a variable. */
export function hasBrokenText(text: string): boolean {
  return text.includes('\u{FFFD}') || !text.isWellFormed();
}
