import { randomInt } from 'node:crypto';

// Without letters that look like a digit or another letter. 16 of these 30 are 78 random bits.
const signs = 'abcdefghjkmnpqrstuvwxyz2346789';
const groups = 4;
const groupLength = 4;

export function newPassphrase(): string {
  const group = () => Array.from({ length: groupLength }, () => signs[randomInt(signs.length)]).join('');
  return Array.from({ length: groups }, group).join('-');
}
