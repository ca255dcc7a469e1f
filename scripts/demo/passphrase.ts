/** Makes a password that is random and still pleasant to type. */
import { randomInt } from 'node:crypto';

// No letter that looks like a digit or another letter: 30 signs, so 16 of them hold 78 bits.
const signs = 'abcdefghjkmnpqrstuvwxyz2346789';
const groups = 4;
const groupLength = 4;

export function newPassphrase(): string {
  const group = () => Array.from({ length: groupLength }, () => signs[randomInt(signs.length)]).join('');
  return Array.from({ length: groups }, group).join('-');
}
