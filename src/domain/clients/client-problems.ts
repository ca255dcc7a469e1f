/** All that is wrong with a client that somebody makes or changes, whichever door it comes by. */
import type { ClientAuthor, RegisteredClient } from '../../storage/records/clients.ts';
import type { MemberProblem } from '../domain-error.ts';
import { makersProblems } from './decided-members.ts';
import { codeFlowProblems, madeHereProblems, namelessProblems, unknownProblems } from './metadata/member-rules.ts';
import { memberNamedIn, nameTheSameMember } from './metadata/members.ts';
import {
  type ClientMetadata,
  type MetadataRules,
  metadataProblems,
  neverWorkingProblems,
  type ValidateClientMetadata,
} from './metadata/metadata.ts';
import { refusedMembers } from './metadata/refused-members.ts';

export interface GivenClient {
  /** What says something new. */
  readonly given: ClientMetadata;
  /** What would be stored. */
  readonly complete: ClientMetadata;
  /** The same with a secret, or with another in its place: so oidc-provider sees it. */
  readonly shown: ClientMetadata;
  readonly by: ClientAuthor;
  /** Absent: it is a new one. */
  readonly stored?: RegisteredClient;
  /** Members of administrators that may be given all the same: an initial access token sets or bounds them. */
  readonly free?: ReadonlySet<string>;
  /** What was found wrong before, by what this door asks beside. */
  readonly earlierProblems?: readonly MemberProblem[];
}

export interface ClientRules {
  readonly rules: MetadataRules;
  readonly validateMetadata: ValidateClientMetadata;
}

/** Of metadata that is to be kept from now on. */
export function keptProblems(metadata: ClientMetadata, rules: MetadataRules): readonly MemberProblem[] {
  return [...metadataProblems(metadata, rules), ...neverWorkingProblems(metadata)];
}

export function clientProblems(
  { given, complete, shown, by, stored, free = new Set(), earlierProblems = [] }: GivenClient,
  { rules, validateMetadata }: ClientRules,
): readonly MemberProblem[] {
  const bringsIdAndSecret = by === 'administrator' && stored === undefined;
  const own = [
    ...earlierProblems,
    ...[...madeHereProblems(given, { bringsIdAndSecret }), ...unknownProblems(complete)],
    ...(by === 'administrator' ? [] : makersProblems(given, { free, stored, brandName: rules.brandName })),
    ...(by === 'developer' ? namelessProblems(complete) : []),
    ...[...codeFlowProblems(given, complete), ...keptProblems(complete, rules)],
  ];
  return [...own, ...providerProblems(shown, validateMetadata, own)];
}

/** What oidc-provider finds first, unless it is about a member of which our own rules have said what is wrong. */
function providerProblems(
  metadata: ClientMetadata,
  validate: ValidateClientMetadata,
  own: readonly MemberProblem[],
): readonly MemberProblem[] {
  // What is refused whatever its value is (`unenforcedProblems`) has no further problems.
  const taken = Object.entries(metadata).filter(([name]) => !refusedMembers.has(name));
  try {
    validate(Object.fromEntries(taken));
    return [];
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const described = 'error_description' in error ? error.error_description : undefined;
    // What has another shape than ours allow may be more than it can read.
    const text = typeof described === 'string' ? described : error.message;
    const member = memberNamedIn(text) ?? 'client_metadata';
    if (text !== described) return own.length > 0 ? [] : [{ member, text }];
    const isSaid = own.some((problem) => nameTheSameMember(text, problem.text));
    return isSaid ? [] : [{ member, text }];
  }
}
