/** A hash that only the holder of the index key can compute: for values that could be guessed. */
import { createHmac, createSecretKey, hash as plainHash, randomBytes } from 'node:crypto';
import type { KeyStore } from '../records/keys.ts';

export interface KeyedHash {
  /** Base64url HMAC-SHA-256 of label and value; equal inputs give equal hashes for the life of the installation. */
  hash(label: string, value: string): string;
}

export function createKeyedHash(indexKey: Uint8Array): KeyedHash {
  // Node works with a key object several times as fast as with the same bytes.
  const key = createSecretKey(indexKey);
  return {
    hash: (label, value) => createHmac('sha256', key).update(`${label}\0${value}`).digest('base64url'),
  };
}

const DOCUMENT = 'index';

/** Of an installation that has one: looking into a database must not begin one there. */
export async function findIndexKey(keys: KeyStore): Promise<KeyedHash | undefined> {
  const found = await keys.load(DOCUMENT);
  return found && createKeyedHash(found.value);
}

export async function openIndexKey(keys: KeyStore): Promise<KeyedHash> {
  const { value } = await keys.loadOrCreate(DOCUMENT, () => randomBytes(32));
  return createKeyedHash(value);
}

export interface RememberedAnswers {
  readonly atMost: number;
}

export function rememberingKeyedHash(keyedHash: KeyedHash, { atMost }: RememberedAnswers): KeyedHash {
  // In the order of last use.
  const answers = new Map<string, string>();
  return {
    hash(label, value) {
      // Under a hash of its own: the values are secrets, some of them.
      const question = plainHash('sha256', `${label}\0${value}`, 'base64');
      const known = answers.get(question);
      const answer = known ?? keyedHash.hash(label, value);
      if (known !== undefined) answers.delete(question);
      else if (answers.size >= atMost) answers.delete(answers.keys().next().value ?? '');
      answers.set(question, answer);
      return answer;
    },
  };
}
