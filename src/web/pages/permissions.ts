/** KeyedMutex scopes and claims into sentences that a user can decide on. */

import { shownName } from './names-and-links.ts';
import type { Dictionary } from './words/en.ts';

export interface ResourceAsk {
  readonly name?: string | undefined;
  readonly identifier: string;
  readonly scopes: readonly { readonly name: string; readonly description?: string | undefined }[];
}

export interface Ask {
  readonly oidcScopes: readonly string[];
  readonly oidcClaims: readonly string[];
  readonly resources: readonly ResourceAsk[];
  /** The app stays connected after sign-out (OIDC Core 11, offline access). */
  readonly keepsAccess: boolean;
}

interface Permission {
  readonly title: string;
  readonly detail?: string;
}

export interface PermissionGroup {
  readonly id: string;
  readonly heading: string;
  readonly identifier?: string;
  readonly items: readonly Permission[];
}

function entryOf<Entry>(entries: Readonly<Record<string, Entry>>, name: string): Entry | undefined {
  return Object.hasOwn(entries, name) ? entries[name] : undefined;
}

function scopePermission({ consent }: Dictionary, scope: string): Permission {
  return entryOf(consent.scopes, scope) ?? { title: scope };
}

function claimPermission({ consent }: Dictionary, claim: string): Permission {
  const known = entryOf(consent.claims, claim);
  return { title: known === undefined ? consent.otherClaim(shownName(claim)) : consent.claim(known) };
}

function resourceGroup(text: Dictionary, { name, identifier, scopes }: ResourceAsk, index: number): PermissionGroup {
  const items = scopes.map((scope) => ({ title: scope.description ?? scope.name }));
  return {
    id: `api-${index}`,
    heading: text.consent.appCanIn(name === undefined ? identifier : shownName(name)),
    ...(name === undefined ? {} : { identifier }),
    items: items.length > 0 ? items : [{ title: text.consent.wholeApi }],
  };
}

/** Everything that is asked for, and nothing twice. */
export function permissionGroups(text: Dictionary, app: string, ask: Ask): PermissionGroup[] {
  const scopes = new Set(ask.oidcScopes);
  scopes.delete('offline_access');
  const isKept = ask.keepsAccess || ask.oidcScopes.includes('offline_access');
  const items = [
    ...Array.from(scopes, (scope) => scopePermission(text, scope)),
    ...Array.from(new Set(ask.oidcClaims), (claim) => claimPermission(text, claim)),
    ...(isKept ? [scopePermission(text, 'offline_access')] : []),
  ];
  const account = items.length > 0 ? [{ id: 'account', heading: text.consent.appCan(app), items }] : [];
  return [...account, ...ask.resources.map((resource, index) => resourceGroup(text, resource, index))];
}
