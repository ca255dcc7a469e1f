/** Searches what a thief could copy for secrets, in every form in which one is usually written down. */
import { createHash } from 'node:crypto';
import type { SeenValue } from './seen-values.ts';

export interface Haystack {
  readonly name: string;
  readonly bytes: Buffer;
}

/** So many bytes of a secret are as bad as all of it: a cut-off copy must be found too. */
const PREFIX_BYTES = 12;

const bytesOf = (text: string): string => Buffer.from(text).toString('latin1');

/** Base64 of a value that stands somewhere inside a longer text: three forms, by where it begins. */
function base64Forms(bytes: Buffer, encoding: 'base64' | 'base64url'): string[] {
  return [0, 1, 2].map((offset) =>
    Buffer.concat([Buffer.alloc(offset), bytes])
      .toString(encoding)
      .slice(offset === 0 ? 0 : offset + 1),
  );
}

function encodedForms(bytes: Buffer): string[] {
  const hex = bytes.toString('hex');
  return [hex, hex.toUpperCase(), ...base64Forms(bytes, 'base64'), ...base64Forms(bytes, 'base64url')];
}

/** Hashes without a key: what can be guessed can be found by them. */
function hashForms(bytes: Buffer): string[] {
  return ['sha256', 'sha1', 'md5'].flatMap((algorithm) => {
    const digest = createHash(algorithm).update(bytes).digest();
    return [digest.toString('latin1'), ...encodedForms(digest)];
  });
}

/** All as byte strings. */
export function formsOf(value: string): ReadonlySet<string> {
  const bytes = Buffer.from(value);
  const isBase64Url = /^[\w-]{22,}$/.test(value);
  const decoded = isBase64Url ? Buffer.from(value, 'base64url') : undefined;
  return new Set([
    bytesOf(value),
    bytesOf(JSON.stringify(value).slice(1, -1)),
    encodeURIComponent(value),
    new URLSearchParams({ '': value }).toString().slice(1),
    ...encodedForms(bytes),
    ...hashForms(bytes),
    ...(decoded === undefined ? [] : [decoded.toString('latin1'), ...encodedForms(decoded)]),
  ]);
}

/** The beginning of every form of every secret, to the secret's name. */
function beginningsOf(secrets: readonly SeenValue[]): ReadonlyMap<string, string> {
  const beginnings = new Map<string, string>();
  for (const [value, name] of new Map(secrets.map(({ name, value }) => [value, name]))) {
    for (const form of formsOf(value)) {
      if (form.length < PREFIX_BYTES) throw new TypeError(`${name} is too short to be searched for`);
      beginnings.set(form.slice(0, PREFIX_BYTES), name);
    }
  }
  return beginnings;
}

/** `name of the secret in name of the haystack`, each once. */
export function findSecrets(secrets: readonly SeenValue[], haystacks: readonly Haystack[]): readonly string[] {
  const beginnings = beginningsOf(secrets);
  const found = new Set<string>();
  for (const { name, bytes } of haystacks) {
    const text = bytes.toString('latin1');
    for (let start = 0; start + PREFIX_BYTES <= text.length; start += 1) {
      const secret = beginnings.get(text.slice(start, start + PREFIX_BYTES));
      if (secret !== undefined) found.add(`${secret} in ${name}`);
    }
  }
  return [...found];
}
