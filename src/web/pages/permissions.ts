/** What an app may do, in plain words: scopes and claims of the account, and scopes of protected resources. */
import { claimsOfScope } from '../../domain/accounts/claims.ts';
import { claimsReleasedBy } from '../../domain/scopes/scopes.ts';
import type { OrganisationScope } from '../../storage/records/scopes.ts';
import { dictionaryOf, type Language } from './language.ts';
import { shownName, shownText } from './names-and-links.ts';
import type { Dictionary } from './words/en.ts';

export interface ResourceAccess {
  readonly name?: string | undefined;
  readonly identifier: string;
  /** Of its name and of what its scopes are described with. */
  readonly language?: string | undefined;
  readonly scopes: readonly { readonly name: string; readonly description?: string | undefined }[];
}

export interface ShownAccess {
  readonly oidcScopes: readonly string[];
  readonly oidcClaims: readonly string[];
  /** Those of `oidcScopes` that are the organisation's own. */
  readonly organisationScopes: readonly OrganisationScope[];
  readonly resources: readonly ResourceAccess[];
}

interface Permission {
  readonly title: string;
  readonly detail?: string;
  /** Of a title that is not in the language of the page. */
  readonly language?: string | undefined;
}

interface PermissionGroup {
  readonly id: string;
  /** Its parts, because a name may be in another language than the rest. */
  readonly heading: readonly { readonly text: string; readonly language?: string | undefined }[];
  /** The part of the heading that names the API, where it is about one. */
  readonly api?: { readonly text: string; readonly language?: string | undefined };
  readonly identifier?: string;
  readonly items: readonly Permission[];
}

function entryOf<Entry>(entries: Readonly<Record<string, Entry>>, name: string): Entry | undefined {
  return Object.hasOwn(entries, name) ? entries[name] : undefined;
}

function claimPermission({ claims, claim, otherClaim }: Dictionary['consent'], name: string): Permission {
  const known = entryOf(claims, name);
  return { title: known === undefined ? otherClaim(shownName(name)) : claim(known) };
}

/** Undefined where the text is in the page's own language, or nobody knows in which (WCAG 3.1.2). */
const otherLanguage = (ofText: string | undefined, ofPage: Language): string | undefined =>
  ofText === undefined || ofText.toLowerCase().split('-', 1)[0] === ofPage ? undefined : ofText;

function resourceGroup(ofPage: Language, resource: ResourceAccess, index: number): PermissionGroup {
  const words = dictionaryOf(ofPage).consent;
  const { name, identifier, scopes } = resource;
  const language = otherLanguage(resource.language, ofPage);
  const items = scopes.map((scope) => {
    const description = shownText(scope.description ?? '');
    // A scope's name is in no language.
    return description === '' ? { title: scope.name } : { title: description, language };
  });
  const shown = shownName(name ?? '');
  // An identifier is in no language.
  const api = shown === '' ? { text: identifier } : { text: shown, language };
  return {
    id: `api-${index}`,
    heading: [{ text: `${words.appCanIn.before} ` }, api, { text: ` ${words.appCanIn.after}` }],
    api,
    ...(shown !== '' && { identifier }),
    items: items.length > 0 ? items : [{ title: words.wholeApi }],
  };
}

function ownScopePermission(
  language: Language,
  { claims, description, language: ofText }: OrganisationScope,
): Permission {
  const words = dictionaryOf(language).consent;
  const named = claims.map((claim) => entryOf(words.claims, claim) ?? words.unknownClaim(shownName(claim)));
  return {
    title: shownText(description),
    detail: words.releases(new Intl.ListFormat(language).format(named)),
    language: otherLanguage(ofText, language),
  };
}

/** A detail that names claims is given all that the scope releases, so that it cannot leave one out. */
function scopePermission(language: Language, name: string): Permission {
  const words = dictionaryOf(language).consent;
  const known = entryOf<{ title: string; detail: string | ((claims: string) => string) }>(words.scopes, name);
  if (known === undefined) return { title: name };
  const { title, detail } = known;
  if (typeof detail === 'string') return { title, detail };
  const claims = claimsOfScope(name).map((claim) => words.claims[claim]);
  return { title, detail: detail(new Intl.ListFormat(language).format(claims)) };
}

/** Everything that is asked for, and nothing twice. */
export function permissionGroups(
  words: Dictionary['consent'],
  app: string,
  page: ShownAccess & { readonly language: Language },
): PermissionGroup[] {
  const scopes = new Set(page.oidcScopes);
  // Shown last: it is about everything above it.
  const lasting = scopes.delete('offline_access') ? ['offline_access'] : [];
  const ofScope = (name: string): Permission => {
    const own = page.organisationScopes.find((scope) => scope.name === name);
    return own === undefined ? scopePermission(page.language, name) : ownScopePermission(page.language, own);
  };
  const ofScopes = new Set(claimsReleasedBy(page.organisationScopes));
  const items = [
    ...Array.from(scopes, ofScope),
    ...Array.from(new Set(page.oidcClaims.filter((name) => !ofScopes.has(name))), (name) =>
      claimPermission(words, name),
    ),
    ...lasting.map(ofScope),
  ];
  const account = items.length > 0 ? [{ id: 'account', heading: [{ text: words.appCan(app) }], items }] : [];
  return [...account, ...page.resources.map((resource, index) => resourceGroup(page.language, resource, index))];
}

/** As a part of another page: of the account first, then of each API. */
export type PermissionList = Pick<PermissionGroup, 'api' | 'items'>;

export function permissionLists(language: Language, access: ShownAccess): readonly PermissionList[] {
  const groups = permissionGroups(dictionaryOf(language).consent, '', { ...access, language });
  return groups.map(({ api, items }) => ({ items, ...(api && { api }) }));
}
