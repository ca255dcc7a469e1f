/** A keyed hash that remembers its last answers: the same few secrets and references are hashed at every request. */
import { hash as plainHash } from 'node:crypto';
import type { KeyedHash } from '../ports/keyed-hash.ts';

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
