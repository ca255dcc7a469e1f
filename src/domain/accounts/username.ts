/** What passes for a login name. */
import { Refusal } from '../refusal.ts';

// No @: a login name must never be mistaken for somebody's e-mail address.
const USERNAME = /^[\p{L}\p{N}][\p{L}\p{N}\p{M}._-]{0,63}$/u;

/** The login name as it is kept; refuses what cannot be one. */
export function readUsername(text: string): string {
  // Compatibility forms are folded, so that no two names that are told apart look the same for that reason.
  const username = text.normalize('NFKC').trim();
  if (!USERNAME.test(username)) throw new Refusal('username_invalid');
  return username;
}
