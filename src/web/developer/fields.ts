/** The fields of a client's form: which there are, how their text becomes metadata, and how metadata becomes their text. */
import { isForClients } from '../../domain/clients/metadata/member-rules.ts';
import { members } from '../../domain/clients/metadata/members.ts';
import { type ClientMetadata, refuseProblems } from '../../domain/clients/metadata/metadata.ts';
import type { MemberProblem } from '../../domain/domain-error.ts';
import { levelsOf } from '../../provider/protection/nesting.ts';
import type { Form } from '../forms/read-form.ts';

/** `lines`: one value a line. */
type FieldKind = 'text' | 'lines' | 'json' | 'choice';

interface FieldRule {
  readonly kind: FieldKind;
  /** In the part of the form that is always open. */
  readonly isBasic?: true;
}

/** In the order in which the page has them, each named as the metadata. */
export const fieldRules = {
  client_name: { kind: 'text', isBasic: true },
  redirect_uris: { kind: 'lines', isBasic: true },
  post_logout_redirect_uris: { kind: 'lines' },
  token_endpoint_auth_method: { kind: 'choice' },
  jwks_uri: { kind: 'text' },
  jwks: { kind: 'json' },
  scope: { kind: 'text' },
  id_token_signed_response_alg: { kind: 'choice' },
  client_uri: { kind: 'text' },
  logo_uri: { kind: 'text' },
  policy_uri: { kind: 'text' },
  tos_uri: { kind: 'text' },
  contacts: { kind: 'lines' },
  initiate_login_uri: { kind: 'text' },
  backchannel_logout_uri: { kind: 'text' },
} as const satisfies Readonly<Record<string, FieldRule>>;

export type FieldName = keyof typeof fieldRules;

export const fieldNames = Object.keys(fieldRules) as readonly FieldName[];

export const ruleOf = (name: FieldName): FieldRule => fieldRules[name];

export const isFieldName = (name: string): name is FieldName => Object.hasOwn(fieldRules, name);

/** Nothing comes of it for a client that no user signs in to. */
export const isOfCodeFlow = (name: FieldName): boolean => members.get(name)?.isOfCodeFlow === true;

/** Of a form, beside what it says of the client. */
const controls: ReadonlySet<string> = new Set(['csrf', 'account', 'form', 'type']);

/** No set of keys is deeper. What is deeper than this could not be compared with what is stored. */
const MAX_JSON_LEVELS = 8;

/** What is no JSON stays a text, which the rules refuse. */
function parsedJson(text: string): unknown {
  if (levelsOf(text) > MAX_JSON_LEVELS) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function metadataValue(kind: FieldKind, typed: string): unknown {
  const text = typed.trim();
  if (text === '') return null;
  if (kind === 'lines')
    return text
      .split(/\r\n?|\n/)
      .map((line) => line.trim())
      .filter((line) => line !== '');
  return kind === 'json' ? parsedJson(text) : text;
}

/** Known, and with no field here: what the rules would take from somebody else. */
function strayProblems(names: readonly string[]): readonly MemberProblem[] {
  return names
    .filter((name) => !isFieldName(name) && isForClients(name))
    .map((member) => ({ member, text: `${member} has no field on this form` }));
}

/**
 * A merge patch of what is on the form: an empty field takes the member away. Throws where somebody sent a member by hand; what is for
 * administrators, made by the provider or not known is given as it was sent, for the rules have a word for each.
 */
export function patchOf(form: Form): ClientMetadata {
  const sent = [...form].filter(([name]) => !controls.has(name));
  refuseProblems(strayProblems(sent.map(([name]) => name)));
  return Object.fromEntries(
    sent.map(([name, typed]) => [name, isFieldName(name) ? metadataValue(ruleOf(name).kind, typed) : typed]),
  );
}

/** What is on the form of a new client, which leaves out what is empty. */
export function givenOf(form: Form): ClientMetadata {
  return Object.fromEntries(Object.entries(patchOf(form)).filter(([, value]) => value !== null));
}

/** Every field as text. */
export type TypedFields = { readonly [name in FieldName]?: string };

export function typedIn(form: Form): TypedFields {
  return Object.fromEntries(fieldNames.flatMap((name) => (form.has(name) ? [[name, form.get(name)]] : [])));
}

export function storedText(name: FieldName, metadata: ClientMetadata): string {
  const value = metadata[name];
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  return ruleOf(name).kind === 'lines' && Array.isArray(value) ? value.join('\n') : JSON.stringify(value, null, 2);
}
