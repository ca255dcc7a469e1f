/** What an app may do, in plain words: scopes and claims of the account, and scopes of protected resources. */
import { claimsOfScope } from '../../domain/accounts/claims.ts';
import { claimsReleasedBy } from '../../domain/scopes/scopes.ts';
import type { ResourceCache } from '../../provider/options/resources.ts';
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

/** As it is described by now; one that is gone goes by its identifier and the names of its scopes. */
export async function describeResource(
  resources: Pick<ResourceCache, 'get'>,
  identifier: string,
  scopes: readonly string[],
): Promise<ResourceAccess> {
  const resource = await resources.get(identifier);
  const described = scopes.map((name) => ({ name, description: resource?.scopes[name] }));
  return { identifier, name: resource?.name, language: resource?.language, scopes: described };
}

export interface PermissionWords {
  readonly title: string;
  readonly detail?: string;
  /** Of a title that is not in the language of the page. */
  readonly language?: string | undefined;
}

interface Named {
  readonly text: string;
  /** Where it is not that of the page. */
  readonly language?: string | undefined;
}

function entryOf<Entry>(entries: Readonly<Record<string, Entry>>, name: string): Entry | undefined {
  return Object.hasOwn(entries, name) ? entries[name] : undefined;
}

export function claimWords({ claims, claim, otherClaim }: Dictionary['consent'], name: string): PermissionWords {
  const known = entryOf(claims, name);
  return { title: known === undefined ? otherClaim(shownName(name)) : claim(known) };
}

/** Undefined where the text is in the page's own language, or nobody knows in which (WCAG 3.1.2). */
const otherLanguage = (ofText: string | undefined, ofPage: Language): string | undefined =>
  ofText === undefined || ofText.toLowerCase().split('-', 1)[0] === ofPage ? undefined : ofText;

/** What the page calls an API. */
export function apiName(ofPage: Language, { name, identifier, language }: ResourceAccess): Named {
  const shown = shownName(name ?? '');
  // An identifier is in no language.
  return shown === '' ? { text: identifier } : { text: shown, language: otherLanguage(language, ofPage) };
}

export function apiScopeWords(
  ofPage: Language,
  { language }: Pick<ResourceAccess, 'language'>,
  { name, description = '' }: ResourceAccess['scopes'][number],
): PermissionWords {
  const text = shownText(description);
  // A scope's name is in no language.
  return text === '' ? { title: name } : { title: text, language: otherLanguage(language, ofPage) };
}

function ownScopeWords(language: Language, { claims, description, language: ofText }: OrganisationScope) {
  const words = dictionaryOf(language).consent;
  const named = claims.map((claim) => entryOf(words.claims, claim) ?? words.unknownClaim(shownName(claim)));
  return {
    title: shownText(description),
    detail: words.releases(new Intl.ListFormat(language).format(named)),
    language: otherLanguage(ofText, language),
  };
}

/** `own` where it is one of the organisation's. A detail that names claims is given all that the scope releases. */
export function scopeWords(language: Language, name: string, own: OrganisationScope | undefined): PermissionWords {
  if (own !== undefined) return ownScopeWords(language, own);
  const words = dictionaryOf(language).consent;
  const known = entryOf<{ title: string; detail: string | ((claims: string) => string) }>(words.scopes, name);
  if (known === undefined) return { title: name };
  const { title, detail } = known;
  if (typeof detail === 'string') return { title, detail };
  const claims = claimsOfScope(name).map((claim) => words.claims[claim]);
  return { title, detail: detail(new Intl.ListFormat(language).format(claims)) };
}

/** What somebody allowed, as a part of another page: of the account first, then of each API. */
export interface PermissionList {
  readonly api?: Named;
  readonly items: readonly PermissionWords[];
}

export interface AllowedAccess {
  readonly oidcScopes: readonly string[];
  readonly oidcClaims: readonly string[];
  /** Those of `oidcScopes` that are the organisation's own. */
  readonly organisationScopes: readonly OrganisationScope[];
  readonly resources: readonly ResourceAccess[];
}

export function permissionLists(language: Language, access: AllowedAccess): readonly PermissionList[] {
  const words = dictionaryOf(language).consent;
  const { oidcScopes, oidcClaims, organisationScopes, resources } = access;
  const released = new Set(claimsReleasedBy(organisationScopes));
  const ofScope = (name: string): PermissionWords =>
    scopeWords(
      language,
      name,
      organisationScopes.find((scope) => scope.name === name),
    );
  const items = [
    ...oidcScopes.filter((name) => name !== 'offline_access').map(ofScope),
    ...oidcClaims.filter((name) => !released.has(name)).map((name) => claimWords(words, name)),
    // Last, as where it is asked for: it is about everything above it.
    ...oidcScopes.filter((name) => name === 'offline_access').map(ofScope),
  ];
  const apis = resources.map((resource) => ({
    api: apiName(language, resource),
    items:
      resource.scopes.length > 0
        ? resource.scopes.map((scope) => apiScopeWords(language, resource, scope))
        : [{ title: words.wholeApi }],
  }));
  return [...(items.length > 0 ? [{ items }] : []), ...apis];
}
