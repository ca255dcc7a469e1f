/** What administrators decided of a client that somebody else made: whoever made it cannot undo it. */
import type { RegisteredClient } from '../../storage/records/clients.ts';
import { DomainError, type MemberProblem } from '../domain-error.ts';
import { isEqualJson } from '../equal-json.ts';
import { isBrandName } from './brand-name.ts';
import {
  forAdministratorsProblems,
  isForAdministrators,
  isForClients,
  isKnownMember,
  untagged,
} from './metadata/member-rules.ts';
import { members } from './metadata/members.ts';
import { type ClientMetadata, refuseProblems } from './metadata/metadata.ts';
import { signsUsersIn } from './metadata/sign-in.ts';
import { membersNamedBy } from './metadata-policy.ts';

type Decided = Pick<RegisteredClient, 'metadata' | 'decidedMembers'>;

/** What is decided in no language in particular is decided in each: the pages show that of their own (RFC 7591 2.2). */
export const isDecided = (name: string, decided: readonly string[]): boolean =>
  decided.includes(name) || decided.includes(untagged(name));

/** The members that the maker's update leaves as they are. An administrator may also have decided that a member is absent. */
export function decidedMembersOf(
  { metadata, decidedMembers = [] }: Decided,
  free: ReadonlySet<string> = new Set(),
): readonly string[] {
  const forAdministrators = Object.keys(metadata).filter((name) => isForAdministrators(name) && !free.has(name));
  // Nobody is asked for consent: what people allow this app would go wherever its maker says.
  const ofFirstParty = metadata.first_party === true && !free.has('first_party') ? ['redirect_uris'] : [];
  return [...new Set([...forAdministrators, ...decidedMembers, ...ofFirstParty])];
}

/** Tokens of its own for an API: of a client that nobody signs in to, an administrator who names the API means them. */
function ownGrants(names: readonly string[], { resources, ...metadata }: ClientMetadata): readonly string[] {
  const isGiven = names.includes('resources') && Array.isArray(resources) && resources.length > 0;
  return isGiven && !signsUsersIn(metadata) ? ['grant_types'] : [];
}

/** An administrator changes these members of a client: from now on they are decided, and it stays even if nobody uses it. */
export function withDecided(client: RegisteredClient, names: readonly string[]): RegisteredClient {
  if (client.origin === undefined) return client;
  const { unusedUntil: _adopted, decidedMembers = [], ...kept } = client;
  const decided = new Set([...decidedMembers, ...names, ...ownGrants(names, client.metadata)]);
  return { ...kept, decidedMembers: [...decided] };
}

/** An administrator leaves these members to whoever made the client, or owns it, again. */
export function withoutDecided(client: RegisteredClient, names: readonly string[]): RegisteredClient {
  refuseProblems(
    names.flatMap((member) => {
      if (!isKnownMember(member)) return [{ member, text: `${member} is no member of client metadata` }];
      if (isForClients(member)) return [];
      return [{ member, text: `${member} is for administrators to set, or made by the provider` }];
    }),
  );
  if (client.origin === undefined)
    throw new DomainError('client_not_ownable', { reason: 'An administrator made this client, and nobody owns it.' });
  return { ...client, decidedMembers: (client.decidedMembers ?? []).filter((name) => !names.includes(name)) };
}

/** Of a client of an administrator that is given to somebody: all that it is. */
export function everyMember({ metadata }: RegisteredClient): readonly string[] {
  return Object.keys(metadata).filter((name) => members.get(name)?.setBy !== 'provider');
}

/**
 * Whether `client_credentials` brings it tokens of the APIs in `resources`. Those of a client that somebody else made bound what users may
 * allow it; tokens without a user it has only where an administrator decided its grants, or its initial access token bounds them.
 */
export function mayActForItself({ origin, decidedMembers = [], policy = {} }: RegisteredClient): boolean {
  if (origin === undefined) return true;
  return decidedMembers.includes('grant_types') || membersNamedBy(policy).has('grant_types');
}

export interface MakersBounds {
  /** Those that the initial access token leaves to the client. */
  readonly free?: ReadonlySet<string> | undefined;
  readonly stored?: Decided | undefined;
  readonly brandName: string;
}

/**
 * What its maker may not give. A value that is decided may be repeated: a client reads its metadata, changes some of it and sends
 * all of it back (RFC 7592 2.2).
 */
export function makersProblems(
  given: ClientMetadata,
  { free = new Set(), stored, brandName }: MakersBounds,
): readonly MemberProblem[] {
  const changed = Object.fromEntries(
    Object.entries(given).filter(([name, value]) => stored === undefined || !isEqualJson(value, stored.metadata[name])),
  );
  const forAdministrators = forAdministratorsProblems(changed).filter(({ member }) => !free.has(member));
  const kept = stored === undefined ? [] : decidedMembersOf(stored, free);
  const decided = Object.keys(changed)
    .filter((member) => !isForAdministrators(member) || stored?.decidedMembers?.includes(member) === true)
    .filter((member) => isDecided(member, kept))
    .map((member) => ({ member, text: `${member} was set by an administrator` }));
  const names = Object.entries(changed)
    .filter(([name, value]) => untagged(name) === 'client_name' && !free.has(name) && isBrandName(value, brandName))
    .map(([member]) => ({ member, text: `${member} is the name of this service: an app has one of its own` }));
  return [...forAdministrators, ...decided, ...names];
}

/** What is given, with all that is decided in its place. `free` as above: until an administrator decides one of those too. */
export function withDecidedMembers(given: ClientMetadata, stored: Decided, free: ReadonlySet<string>): ClientMetadata {
  const kept = decidedMembersOf(stored, free);
  const others = Object.entries(given).filter(([name]) => !isDecided(name, kept));
  const decided = Object.entries(stored.metadata).filter(([name]) => isDecided(name, kept));
  return Object.fromEntries([...others, ...decided]);
}
