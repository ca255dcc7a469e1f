/** The form of a client as its pages show it: each field with its words, what is typed, and what is wrong with it. */

import { decidedMembersOf } from '../../domain/clients/decided-members.ts';
import type { ClientMetadata } from '../../domain/clients/metadata/metadata.ts';
import { usesCodeFlow } from '../../domain/clients/metadata/sign-in.ts';
import type { MemberProblem } from '../../domain/domain-error.ts';
import type { RegisteredClient } from '../../storage/records/clients.ts';
import { signingAlgorithms } from '../../storage/records/keys.ts';
import { dictionaryOf, type Language } from '../pages/language.ts';
import { type FieldName, fieldNames, isOfCodeFlow, ruleOf, storedText, type TypedFields } from './fields.ts';

interface ShownProblem {
  /** Absent where the form has no field for it. */
  readonly field: string | undefined;
  readonly message: string;
  /** Absent where it is that of the page. */
  readonly language: string | undefined;
}

interface Choice {
  readonly value: string;
  readonly label: string;
  readonly isSelected: boolean;
}

interface Field {
  readonly name: FieldName;
  readonly label: string;
  readonly advice: string;
  /** Empty for a field that is no choice. */
  readonly choices: readonly Choice[];
  readonly isLong: boolean;
  readonly isRequired: boolean;
  readonly value: string;
  readonly problem: ShownProblem | undefined;
}

interface ClientForm {
  readonly basic: readonly Field[];
  readonly more: readonly Field[];
  /** Something in the part that can be folded is wrong, or was typed. */
  readonly isMoreOpen: boolean;
  readonly isProblem: boolean;
  readonly problemHeading: string;
  readonly problems: readonly ShownProblem[];
}

export interface FormContent {
  /** Absent for a new one. */
  readonly client?: Pick<RegisteredClient, 'metadata' | 'decidedMembers'> | undefined;
  readonly typed?: TypedFields | undefined;
  readonly problems?: readonly MemberProblem[] | undefined;
}

/** What a registered client says of itself here. */
function fieldsOf(client: FormContent['client']): readonly FieldName[] {
  if (client === undefined) return fieldNames;
  const { metadata } = client;
  const decided = decidedMembersOf(client);
  return fieldNames.filter((name) => !decided.includes(name) && (usesCodeFlow(metadata) || !isOfCodeFlow(name)));
}

/** Of a new client the first is what its kind begins with. */
function choicesOf(name: FieldName, value: string, language: Language, isNew: boolean): readonly Choice[] {
  if (ruleOf(name).kind !== 'choice') return [];
  const { methods, form } = dictionaryOf(language).developer;
  const offered: readonly (readonly [string, string])[] =
    name === 'token_endpoint_auth_method' ? Object.entries(methods) : signingAlgorithms.map((alg) => [alg, alg]);
  const first: readonly (readonly [string, string])[] = isNew ? [['', form.byDefault]] : [];
  // What it has by another way of being registered.
  const other: typeof offered = value === '' || offered.some(([one]) => one === value) ? [] : [[value, value]];
  return [...first, ...offered, ...other].map(([one, label]) => ({
    value: one,
    label: one === '' || one === label ? label : `${label} (${one})`,
    isSelected: one === value,
  }));
}

function shownProblem(problem: MemberProblem, language: Language, names: readonly string[]): ShownProblem {
  const { member, text, code, uri } = problem;
  const field = names.includes(member) ? member : undefined;
  if (code !== undefined) {
    const { uriProblems, developer } = dictionaryOf(language);
    const sentence = { ...uriProblems, ...developer.problems }[code];
    return { field, message: uri === undefined ? sentence : `${uri}: ${sentence}`, language: undefined };
  }
  return { field, message: `${text}.`, language: language === 'en' ? undefined : 'en' };
}

export function clientForm(language: Language, { client, typed = {}, problems = [] }: FormContent): ClientForm {
  const words = dictionaryOf(language).developer;
  const names = fieldsOf(client);
  const shown = problems.map((problem) => shownProblem(problem, language, names));
  const metadata: ClientMetadata = client?.metadata ?? {};
  const fields = names.map((name): Field => {
    const value = typed[name] ?? storedText(name, metadata);
    return {
      name,
      ...words.fields[name],
      choices: choicesOf(name, value, language, client === undefined),
      isLong: ['lines', 'json'].includes(ruleOf(name).kind),
      isRequired: name === 'client_name',
      value,
      problem: shown.find(({ field }) => field === name),
    };
  });
  const more = fields.filter(({ name }) => ruleOf(name).isBasic !== true);
  const isTyped = ({ name }: Field) => (typed[name] ?? '').trim() !== storedText(name, metadata);
  return {
    basic: fields.filter(({ name }) => ruleOf(name).isBasic === true),
    more,
    isMoreOpen: more.some((field) => field.problem !== undefined || (field.name in typed && isTyped(field))),
    isProblem: shown.length > 0,
    problemHeading: words.form.problemHeading,
    problems: shown,
  };
}
