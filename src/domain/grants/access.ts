/** Sets of what apps ask for: OIDC scopes and claims, and scopes of protected resources. */
import type { Access } from '../../storage/records/consents.ts';

type List = readonly string[];

export const noAccess: Access = { oidcScopes: [], oidcClaims: [], resourceScopes: {} };

type Combine = (one: List, other: List) => List;

function combine(one: Access, other: Access, ofLists: Combine, isKept: (identifier: string) => boolean): Access {
  const identifiers = new Set([...Object.keys(one.resourceScopes), ...Object.keys(other.resourceScopes)]);
  const resourceScopes = Array.from(identifiers, (identifier): readonly [string, List] => [
    identifier,
    ofLists(one.resourceScopes[identifier] ?? [], other.resourceScopes[identifier] ?? []),
  ]);
  return {
    oidcScopes: ofLists(one.oidcScopes, other.oidcScopes),
    oidcClaims: ofLists(one.oidcClaims, other.oidcClaims),
    resourceScopes: Object.fromEntries(
      resourceScopes.filter(([identifier, scopes]) => scopes.length > 0 || isKept(identifier)),
    ),
  };
}

export const union = (one: Access, other: Access): Access =>
  combine(
    one,
    other,
    (ofOne, ofOther) => [...new Set([...ofOne, ...ofOther])],
    () => true,
  );

/** A resource without a scope is the resource as a whole: one whose scopes are all taken away is not. */
export const without = (one: Access, other: Access): Access =>
  combine(
    one,
    other,
    (ofOne, ofOther) => ofOne.filter((name) => !ofOther.includes(name)),
    (identifier) => one.resourceScopes[identifier]?.length === 0 && other.resourceScopes[identifier] === undefined,
  );

export const common = (one: Access, other: Access): Access =>
  combine(
    one,
    other,
    (ofOne, ofOther) => ofOne.filter((name) => ofOther.includes(name)),
    (identifier) => one.resourceScopes[identifier]?.length === 0 && other.resourceScopes[identifier] !== undefined,
  );

/** The scopes of these names, whosever they are. */
export function scopesNamed({ oidcScopes, resourceScopes }: Access, names: readonly string[]): Access {
  const isNamed = (name: string): boolean => names.includes(name);
  return {
    oidcScopes: oidcScopes.filter(isNamed),
    oidcClaims: [],
    resourceScopes: Object.fromEntries(
      Object.entries(resourceScopes).map(([identifier, scopes]) => [identifier, scopes.filter(isNamed)]),
    ),
  };
}

export function isEmpty({ oidcScopes, oidcClaims, resourceScopes }: Access): boolean {
  return (
    oidcScopes.length === 0 &&
    oidcClaims.length === 0 &&
    Object.values(resourceScopes).every((scopes) => scopes.length === 0)
  );
}
