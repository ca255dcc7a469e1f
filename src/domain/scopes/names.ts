/** What a scope may be called, and the scopes that every installation has. */
import { isInheritedName } from '../inherited-names.ts';
import { hasVisibleCharacter } from '../visible-text.ts';

/** OIDC Core 3.1.2.1, 5.4 and 11; and `groups`, by which many apps decide. */
export const builtInScopes = [
  'openid',
  'profile',
  'email',
  'address',
  'phone',
  'groups',
  'roles',
  'offline_access',
] as const;

const MAX_NAME_CHARACTERS = 128;
const MAX_DESCRIPTION_CHARACTERS = 300;
// RFC 6749 3.3
const SCOPE_TOKEN = /^[\x21\x23-\x5B\x5D-\x7E]+$/;

export const isScopeName = (name: string): boolean =>
  SCOPE_TOKEN.test(name) && name.length <= MAX_NAME_CHARACTERS && !isInheritedName(name);

/** Undefined if nothing is wrong. */
export function scopeProblem(name: string, description: string): string | undefined {
  if (!isScopeName(name)) return `${name} is not a scope name`;
  if (!hasVisibleCharacter(description)) return `the scope ${name} needs a description for the consent page`;
  return description.length > MAX_DESCRIPTION_CHARACTERS
    ? `the description of ${name} has at most ${MAX_DESCRIPTION_CHARACTERS} characters`
    : undefined;
}

/** RFC 5646: a page marks the texts with it where it is in another language. */
export function languageProblem(tag: string | undefined): string | undefined {
  if (tag === undefined) return undefined;
  try {
    return Intl.getCanonicalLocales(tag).length === 1 ? undefined : 'a language is one tag, such as de or pt-BR';
  } catch {
    return `${tag} is no language tag, such as de or pt-BR (RFC 5646)`;
  }
}

/** A client may have them only where an administrator has named them in its metadata: `roles` tells who may administer. */
export const scopesOfChosenClients: readonly string[] = ['roles'];

/** RFC 7591 2: `registered` is the member `scope` of a client, without which it may have every other scope. */
export function isScopeFor(registered: unknown, name: string): boolean {
  if (typeof registered !== 'string') return !scopesOfChosenClients.includes(name);
  return registered.split(' ').includes(name);
}

export function isBuiltInScope(name: string): boolean {
  return builtInScopes.some((scope) => scope === name);
}
