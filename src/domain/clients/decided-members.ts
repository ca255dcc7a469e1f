/** What administrators decided of a client that somebody else made: whoever made it cannot undo it. */
import type { RegisteredClient } from '../../storage/records/clients.ts';
import type { MemberProblem } from '../domain-error.ts';
import { isEqualJson } from '../equal-json.ts';
import { forAdministratorsProblems } from './metadata/member-rules.ts';
import type { ClientMetadata } from './metadata/metadata.ts';

type Decided = Pick<RegisteredClient, 'metadata' | 'decidedMembers'>;

/** The members that the maker's update leaves as they are. An administrator may also have decided that a member is absent. */
export function decidedMembersOf(
  { metadata, decidedMembers = [] }: Decided,
  free: ReadonlySet<string> = new Set(),
): readonly string[] {
  const forAdministrators = forAdministratorsProblems(metadata)
    .map(({ member }) => member)
    .filter((member) => !free.has(member));
  return [...new Set([...forAdministrators, ...decidedMembers])];
}

/** An administrator changes these members of a client: from now on they are decided, and it stays even if nobody uses it. */
export function withDecided(client: RegisteredClient, names: readonly string[]): RegisteredClient {
  if (client.origin === undefined) return client;
  const { unusedUntil: _adopted, ...kept } = client;
  return { ...kept, decidedMembers: [...new Set([...(kept.decidedMembers ?? []), ...names])] };
}

/**
 * What its maker may not give. A value that is decided may be repeated: a client reads its metadata, changes some of it and sends
 * all of it back (RFC 7592 2.2). `free` are those that the initial access token leaves to the client.
 */
export function makersProblems(
  given: ClientMetadata,
  free: ReadonlySet<string>,
  stored?: Decided,
): readonly MemberProblem[] {
  const changed = Object.fromEntries(
    Object.entries(given).filter(([name, value]) => stored === undefined || !isEqualJson(value, stored.metadata[name])),
  );
  const forAdministrators = forAdministratorsProblems(changed).filter(({ member }) => !free.has(member));
  const decided = (stored?.decidedMembers ?? [])
    .filter((member) => Object.hasOwn(changed, member))
    .map((member) => ({ member, text: `${member} was set by an administrator` }));
  return [...forAdministrators, ...decided];
}

/** What is given, with all that is decided in its place. `free` as above: until an administrator decides one of those too. */
export function withDecidedMembers(given: ClientMetadata, stored: Decided, free: ReadonlySet<string>): ClientMetadata {
  const kept = decidedMembersOf(stored, free);
  const others = Object.entries(given).filter(([name]) => !kept.includes(name));
  const decided = Object.entries(stored.metadata).filter(([name]) => kept.includes(name));
  return Object.fromEntries([...others, ...decided]);
}
