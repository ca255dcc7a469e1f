/**
 * What an initial access token says of the clients that are registered by it: the operators of OpenID Federation 1.0, 6.1.3, member
 * by member. It is stricter where leaving a member out would lift the bound: one of several values must be given, of a list that
 * means all when it is left out the whole bound is taken, and what is outside of it altogether is a problem.
 */
import { nearestName } from '../../spelling/nearest-name.ts';
import { DomainError, type MemberProblem } from '../domain-error.ts';
import { isEqualJson } from '../equal-json.ts';
import { isScopeName, scopesOfChosenClients } from '../scopes/names.ts';
import {
  isForAdministrators,
  madeHereProblems,
  unenforcedProblems,
  unknownProblems,
  untagged,
} from './metadata/member-rules.ts';
import { members } from './metadata/members.ts';
import { type ClientMetadata, describeProblems, withDefaults } from './metadata/metadata.ts';

const operatorNames = ['value', 'add', 'default', 'one_of', 'subset_of', 'superset_of', 'essential'] as const;
type OperatorName = (typeof operatorNames)[number];

type Operators = Readonly<Record<string, unknown>>;

export type MetadataPolicy = Readonly<Record<string, Operators>>;

type List = readonly unknown[];

/** Those that take a list. */
const listOperators = ['add', 'one_of', 'subset_of', 'superset_of'] as const;
/** What they leave is no wider than the policy says, whatever was asked for. */
const bounds = ['value', 'one_of', 'subset_of'] as const;

const isObject = (value: unknown): value is Operators =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const holds = (list: List, item: unknown): boolean => list.some((one) => isEqualJson(one, item));

const union = (one: List, other: List): List => [...one, ...other.filter((item) => !holds(one, item))];

const has = (operators: Operators, name: OperatorName): boolean => Object.hasOwn(operators, name);

/** Of a member that is a list; `scope` is one of words (RFC 6749 3.3). */
function listOf(member: string, value: unknown): List | undefined {
  if (member === 'scope' && typeof value === 'string') return value.split(' ').filter((word) => word !== '');
  return Array.isArray(value) ? value : undefined;
}

function memberOf(member: string, value: unknown): unknown {
  const isOfWords = member === 'scope' && Array.isArray(value) && value.every((word) => typeof word === 'string');
  return isOfWords ? value.join(' ') : value;
}

const listIn = (member: string, operators: Operators, name: OperatorName): List | undefined =>
  listOf(member, operators[name]);

/** RFC 7591 2: a client may send `null` for what it leaves out. */
const isAbsent = (value: unknown): boolean => value === undefined || value === null || value === '';

/** What is wrong with each operator for itself. */
function shapeProblems(member: string, given: Operators): readonly string[] {
  const unknown = Object.keys(given).filter((name) => !operatorNames.some((known) => known === name));
  const problems = unknown.map((name) => {
    const near = nearestName(name, operatorNames);
    return `${name} is no operator${near === undefined ? '' : `; did you mean ${near}?`}`;
  });
  if (Object.keys(given).length === 0) problems.push('no operator is given');
  for (const name of listOperators) {
    if (!Object.hasOwn(given, name)) continue;
    const list = listOf(member, given[name]);
    if (list === undefined || list.length === 0) problems.push(`${name} must be a list of at least one value`);
  }
  if (isAbsent(given.default) && Object.hasOwn(given, 'default')) problems.push('default must be a value');
  if (Object.hasOwn(given, 'essential') && typeof given.essential !== 'boolean')
    problems.push('essential must be true or false');
  if (member === 'scope' && Object.hasOwn(given, 'one_of'))
    problems.push('one_of is for a single value: use subset_of');
  const words = member === 'scope' ? Object.values(given).flatMap((value) => listOf(member, value) ?? []) : [];
  if (words.some((word) => typeof word !== 'string' || !isScopeName(word)))
    problems.push('a list of scopes holds one in each place');
  return problems;
}

const isOutside = (list: List | undefined, bound: List | undefined): boolean =>
  list !== undefined && bound !== undefined && list.some((item) => !holds(bound, item));

/** The sentences whose value is true. */
const sentencesIn = (broken: Readonly<Record<string, boolean>>): readonly string[] =>
  Object.entries(broken).flatMap(([sentence, isBroken]) => (isBroken ? [sentence] : []));

/** What others say against `value` or `default`. */
function contradictionsTo(name: 'value' | 'default', member: string, operators: Operators): readonly string[] {
  if (!has(operators, name)) return [];
  const [add, oneOf, subset, superset] = listOperators.map((each) => listIn(member, operators, each));
  const list = listIn(member, operators, name);
  return sentencesIn({
    [`${name} must be a list`]: list === undefined && (add ?? subset ?? superset) !== undefined,
    [`${name} is none of one_of`]: oneOf !== undefined && !holds(oneOf, operators[name]),
    [`${name} is not within subset_of`]: isOutside(list, subset),
    [`${name} lacks what superset_of demands`]: isOutside(superset, list && union(list, add ?? [])),
    'value lacks what add brings': name === 'value' && isOutside(add, list),
  });
}

/** What operators say against each other (6.1.3.1): no client could be registered, or none that leaves the member out. */
function contradictions(member: string, operators: Operators): readonly string[] {
  if (has(operators, 'value') && operators.value === null) {
    const { value: _away, essential = false, ...others } = operators;
    const isContradicted = essential !== false || Object.keys(others).length > 0;
    return isContradicted ? ['a value of null takes the member away: nothing else can be said of it'] : [];
  }
  const [add, oneOf, subset, superset] = listOperators.map((name) => listIn(member, operators, name));
  return [
    ...sentencesIn({
      'one_of is for a single value, and add, subset_of and superset_of are for lists':
        oneOf !== undefined && (add ?? subset ?? superset) !== undefined,
      'subset_of lacks what add brings': isOutside(add, subset),
      'subset_of lacks what superset_of demands': isOutside(superset, subset),
    }),
    ...contradictionsTo('value', member, operators),
    ...contradictionsTo('default', member, operators),
  ];
}

/** Whether the policy lets in what only administrators give: such a member, or such a scope. */
function concernsAdministrators(member: string, operators: Operators): boolean {
  if (member !== 'scope') return isForAdministrators(member);
  return Object.values(operators).some((value) =>
    listOf(member, value)?.some((word) => scopesOfChosenClients.some((scope) => scope === word)),
  );
}

const isBounded = (operators: Operators): boolean => bounds.some((name) => has(operators, name));

function problemsOfMember(member: string, operators: Operators): readonly string[] {
  const problems = shapeProblems(member, operators);
  if (problems.length > 0) return problems;
  const unbounded =
    concernsAdministrators(member, operators) && !isBounded(operators)
      ? ['only administrators set it: bound it by value, one_of or subset_of, or whoever registers chooses']
      : [];
  return [...contradictions(member, operators), ...unbounded];
}

/** Throws every problem at once. A value that is no object is short for the operator `value`. */
export function parsePolicy(json: unknown): MetadataPolicy {
  if (!isObject(json))
    throw new DomainError('metadata_policy_invalid', { reason: 'a policy is a JSON object: member -> operators' });
  const entries = Object.entries(json).map(([member, given]): readonly [string, Operators] => [
    member,
    isObject(given) ? given : { value: given },
  ]);
  const nameProblems = [
    ...unknownProblems(json),
    ...madeHereProblems(json, { bringsIdAndSecret: false }),
    ...unenforcedProblems(json),
  ];
  const wrongNames = new Set(nameProblems.map(({ member }) => member));
  const problems: readonly MemberProblem[] = [
    ...nameProblems,
    ...entries
      .filter(([member]) => !wrongNames.has(member))
      .flatMap(([member, operators]) =>
        problemsOfMember(member, operators).map((text) => ({ member, text: `${member}: ${text}` })),
      ),
  ];
  if (problems.length > 0)
    throw new DomainError('metadata_policy_invalid', { reason: describeProblems(problems), problems });
  return Object.fromEntries(entries);
}

/** The members that it sets or bounds, so that they may be there although only administrators give them. */
export function membersNamedBy(policy: MetadataPolicy): ReadonlySet<string> {
  return new Set(Object.keys(policy).filter((member) => isBounded(policy[member] ?? {})));
}

/** The operators that set something: `value`, `add`, `default`. */
function setBy(member: string, operators: Operators, given: unknown): unknown {
  const asked = has(operators, 'value') ? operators.value : given;
  const added = listIn(member, operators, 'add');
  const list = isAbsent(asked) ? [] : listOf(member, asked);
  const isEmpty = isAbsent(asked) || list?.length === 0;
  // 6.1.3.1.3: a default is for a member that is not there, whatever would be added to it.
  const start = isEmpty && has(operators, 'default') ? operators.default : asked;
  if (added === undefined) return memberOf(member, start);
  const base = isAbsent(start) ? [] : listOf(member, start);
  return base === undefined ? start : memberOf(member, union(base, added));
}

interface Judged {
  readonly value: unknown;
  readonly problems: readonly string[];
}

const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** What holds of a bounded list that is left out. */
function leftOutList(member: string, subset: List | undefined): List {
  return subset !== undefined && members.get(member)?.isAllByDefault === true ? subset : [];
}

function judgedList(member: string, operators: Operators, value: unknown): Judged {
  const subset = listIn(member, operators, 'subset_of');
  const list = isAbsent(value) ? leftOutList(member, subset) : listOf(member, value);
  if (list === undefined) return { value, problems: [`${member} must be a list of values`] };
  const kept = subset === undefined ? list : list.filter((item) => holds(subset, item));
  const lacking = (listIn(member, operators, 'superset_of') ?? []).filter((item) => !holds(kept, item));
  const problems = lacking.length === 0 ? [] : [`${member} must hold ${lacking.map(shown).join(', ')}`];
  // 6.1.3.1.5 would take the member away, which lifts the bound where that means all.
  if (kept.length === 0 && list.length > 0)
    problems.push(`${member} must hold one at least of ${(subset ?? []).map(shown).join(', ')}`);
  return { value: isAbsent(value) && kept.length === 0 ? undefined : memberOf(member, kept), problems };
}

/** The operators that judge: `one_of`, `subset_of`, `superset_of`, `essential`. */
function judged(member: string, operators: Operators, value: unknown): Judged {
  const oneOf = listIn(member, operators, 'one_of');
  if (isAbsent(value) && (operators.essential === true || oneOf !== undefined))
    return { value: undefined, problems: [`${member} must be given`] };
  if (oneOf !== undefined && !holds(oneOf, value))
    return { value, problems: [`${member} must be one of ${oneOf.map(shown).join(', ')}`] };
  const isOfList = has(operators, 'subset_of') || has(operators, 'superset_of');
  return isOfList ? judgedList(member, operators, value) : { value, problems: [] };
}

/** A list of scopes is for policies: what judges the scope of a client reads text (RFC 7591 2). */
function scopeProblems({ scope }: ClientMetadata): readonly MemberProblem[] {
  return isAbsent(scope) || typeof scope === 'string'
    ? []
    : [{ member: 'scope', text: 'scope must be a text: names with blanks between them' }];
}

/** What is bounded in no language in particular is bounded in each: the pages show that of their own (RFC 7591 2.2). */
function taggedProblems(policy: MetadataPolicy, given: ClientMetadata): readonly MemberProblem[] {
  const bounded = membersNamedBy(policy);
  return Object.keys(given)
    .filter((name) => !Object.hasOwn(policy, name) && !isAbsent(given[name]))
    .filter((name) => name.includes('#') && bounded.has(untagged(name)))
    .map((name) => ({ member: name, text: `${name}: the initial access token says what ${untagged(name)} is` }));
}

/** What becomes of the metadata that is given, and what is wrong with it. */
export function applyPolicy(
  policy: MetadataPolicy,
  sent: ClientMetadata,
): { readonly metadata: ClientMetadata; readonly problems: readonly MemberProblem[] } {
  const earlier = [...scopeProblems(sent), ...taggedProblems(policy, sent)];
  const refused = earlier.map(({ member }) => member);
  const given = Object.fromEntries(Object.entries(sent).filter(([name]) => !refused.includes(name)));
  const named = Object.entries(policy);
  const set = { ...given, ...Object.fromEntries(named.map(([name, rule]) => [name, setBy(name, rule, given[name])])) };
  // Judged is what will hold: what is left out has defaults of its own.
  const complete: ClientMetadata = withDefaults(present(set));
  const outcomes = named.map(([name, rule]) => {
    const { value, problems } = judged(name, rule, complete[name]);
    return { name, value, problems: problems.map((text) => ({ member: name, text })) };
  });
  const metadata = { ...set, ...Object.fromEntries(outcomes.map(({ name, value }) => [name, value])) };
  const nothingDerived = Object.hasOwn(policy, 'cors_origins') && isAbsent(metadata.cors_origins);
  return {
    // Left out it would be what the redirect URIs say.
    metadata: { ...present(metadata), ...(nothingDerived && { cors_origins: [] }) },
    problems: [...earlier, ...outcomes.flatMap(({ problems }) => problems)],
  };
}

const present = (metadata: ClientMetadata): ClientMetadata =>
  Object.fromEntries(Object.entries(metadata).filter(([, value]) => !isAbsent(value)));
