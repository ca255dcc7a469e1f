/** Which members may be given: by an administrator, by a client that registers itself, and in what is stored already. */
import { nearestName } from '../../../spelling/nearest-name.ts';
import type { MemberProblem } from '../../domain-error.ts';
import { isEqualJson } from '../../equal-json.ts';
import { isScopeFor, scopesOfChosenClients } from '../../scopes/names.ts';
import { members, taggedLanguages } from './members.ts';
import { refusedMembers } from './refused-members.ts';
import { signsUsersIn } from './sign-in.ts';
import type { Member } from './standard-members.ts';

const membersSetBy = (setBy: Member['setBy']): readonly string[] =>
  [...members].filter(([, member]) => member.setBy === setBy).map(([name]) => name);

/** Only administrators may set these members, or the policy of an initial access token. */
export const administratorsMembers = membersSetBy('administrator');
const madeMembers = membersSetBy('provider');

const taggedMembers = [...members].filter(([, { isTagged }]) => isTagged).map(([name]) => name);

/** The member itself, of `client_name#de` and its like (RFC 7591 2.2). */
export const untagged = (name: string): string => name.split('#', 1)[0] ?? '';

/** In each language that there is. */
export const taggedNames = taggedMembers.flatMap((name) => taggedLanguages.map((language) => `${name}#${language}`));

/** A value that asks for nothing is let through. */
function isAskedFor(value: unknown, { harmless }: { readonly harmless?: unknown }): boolean {
  return value !== undefined && (harmless === undefined || !isEqualJson(value, harmless));
}

type Metadata = Readonly<Record<string, unknown>>;

/** Of stored clients and registrations too: each member that promises what nothing enforces. */
export function unenforcedProblems(metadata: Metadata): readonly MemberProblem[] {
  return Object.entries(metadata).flatMap(([name, value]) => {
    const refused = refusedMembers.get(name);
    if (refused === undefined || !isAskedFor(value, refused)) return [];
    return [{ member: name, text: `${name} is not offered: ${refused.reason}` }];
  });
}

/** A name that is near is looked for among all that there are, which takes time: whoever sends many is told of the first. */
const MAX_EXPLAINED = 5;

function unknownProblem(name: string, isExplained: boolean): string {
  const plain = untagged(name);
  if (plain !== name && taggedMembers.includes(plain))
    return `${name} is shown to nobody: the pages come in ${taggedLanguages.join(' and ')}`;
  if (plain !== name && members.has(plain)) return `${name}: ${plain} is the same in every language`;
  const near = isExplained
    ? nearestName(name, [...members.keys(), ...taggedNames, ...refusedMembers.keys()])
    : undefined;
  return `${name} is no member of client metadata${near === undefined ? '' : `; did you mean ${near}?`}`;
}

export const isKnownMember = (name: string): boolean =>
  members.has(name) || refusedMembers.has(name) || taggedNames.includes(name);

/** For administrators and at /developer. From a client that registers itself they are ignored (RFC 7591 2). */
export function unknownProblems(metadata: Metadata): readonly MemberProblem[] {
  return Object.keys(metadata)
    .filter((name) => !isKnownMember(name))
    .map((name, at) => ({ member: name, text: unknownProblem(name, at < MAX_EXPLAINED) }));
}

/** What is made here. An administrator who registers a client may bring an id and a secret along; nobody else may, nor later. */
export function madeHereProblems(
  given: Metadata,
  { bringsIdAndSecret }: { readonly bringsIdAndSecret: boolean },
): readonly MemberProblem[] {
  function isTaken(name: string): boolean {
    if (!bringsIdAndSecret) return false;
    return members.get(name)?.isBroughtAlong === true || (name === 'client_secret_expires_at' && given[name] === 0);
  }
  return madeMembers
    .filter((name) => given[name] !== undefined && !isTaken(name))
    .map((name) => ({
      member: name,
      text: `${name} is made by the provider, and cannot be ${bringsIdAndSecret ? 'given' : 'changed here'}`,
    }));
}

function asksForNothing(value: unknown, { byDefault }: Member): boolean {
  if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) return true;
  return value === false && byDefault === '`false`';
}

/**
 * What is given to a client that no user signs in to, and would have no effect. What such a client has stored already does no harm,
 * and what it keeps from a time when users signed in to it neither.
 */
export function codeFlowProblems(given: Metadata, complete: Metadata): readonly MemberProblem[] {
  if (signsUsersIn(complete)) return [];
  return [...members]
    .filter(([name, member]) => member.isOfCodeFlow === true && !asksForNothing(given[name], member))
    .map(([member]) => ({
      member,
      text: `${member} has no effect: no user signs in to a client without the grant authorization_code`,
      code: 'no_code_flow',
    }));
}

/** For what somebody makes at /developer: people see its id otherwise, which says little. */
export function namelessProblems({ client_name: name }: Metadata): readonly MemberProblem[] {
  if (name !== undefined && name !== '') return [];
  return [{ member: 'client_name', text: 'client_name must say what people are to call it', code: 'name_missing' }];
}

/** In a language too: `organization_name#de`. */
export function isForAdministrators(name: string): boolean {
  return administratorsMembers.includes(untagged(name));
}

/** Whether a client may say it of itself, in a language too. What nothing enforces it may not. */
export function isForClients(name: string): boolean {
  return isKnownMember(name) && members.get(untagged(name))?.setBy === 'client';
}

/** For whoever is no administrator. */
export function forAdministratorsProblems(given: Metadata): readonly MemberProblem[] {
  const members = Object.keys(given).filter((name) => given[name] !== undefined && isForAdministrators(name));
  const scopes = scopesOfChosenClients.filter((name) => given.scope !== undefined && isScopeFor(given.scope, name));
  return [
    ...members.map((member) => ({ member, text: `${member} is for administrators to set` })),
    ...scopes.map((name) => ({ member: 'scope', text: `the scope ${name} is for administrators to set` })),
  ];
}
