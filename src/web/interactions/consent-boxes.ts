/** The boxes of the consent page: what each of them is called, and what those that come back ticked mean. */
import { without } from '../../domain/grants/access.ts';
import type { Answer } from '../../domain/grants/answers.ts';
import { claimsReleasedBy } from '../../domain/scopes/scopes.ts';
import type { ConsentQuestion } from '../../provider/policy/consent-question.ts';
import type { Access } from '../../storage/records/consents.ts';
import type { TickedBoxes } from '../forms/read-form.ts';

export const consentBoxes = ['scope', 'claim'] as const;

/** True for what the app does not work without: there is no box for it. */
export const isNeeded = (scope: string, required: readonly string[]): boolean =>
  scope === 'openid' || required.includes(scope);

/** Scopes that several have, APIs or the account and an API: their names alone do not say whose is meant. */
export function sharedNames({ oidcScopes, resourceScopes }: Access): ReadonlySet<string> {
  const seen = new Set<string>();
  const shared = new Set<string>();
  for (const scope of [oidcScopes, ...Object.values(resourceScopes)].flat())
    (seen.has(scope) ? shared : seen).add(scope);
  return shared;
}

/** No scope holds a space (RFC 6749 3.3), so that no other box is called like this. */
export const apiScopeValue = (shared: ReadonlySet<string>, identifier: string, scope: string): string =>
  shared.has(scope) ? `${identifier} ${scope}` : scope;

/** `shown` is what was asked, less what has gone since: of all that, what is not allowed is refused. */
export function answerTo(
  { access, organisationScopes, required }: ConsentQuestion,
  shown: Access,
  boxes: TickedBoxes,
): Answer {
  const isTicked = (name: (typeof consentBoxes)[number], value: string): boolean =>
    boxes.get(name)?.has(value) === true;
  const shared = sharedNames(access);
  const isAllowed = (scope: string, value: string): boolean => isNeeded(scope, required) || isTicked('scope', value);
  const oidcScopes = shown.oidcScopes.filter((scope) => isAllowed(scope, scope));
  const resourceScopes = Object.entries(shown.resourceScopes).map(([identifier, ofApi]): [string, string[]] => [
    identifier,
    ofApi.filter((scope) => isAllowed(scope, apiScopeValue(shared, identifier, scope))),
  ]);
  // What the organisation's scopes release is shown with them, and has no box of its own.
  const shownWithScopes = claimsReleasedBy(organisationScopes);
  const allowedWithScopes = claimsReleasedBy(organisationScopes.filter(({ name }) => oidcScopes.includes(name)));
  const byName = shown.oidcClaims.filter((claim) => !shownWithScopes.includes(claim) && isTicked('claim', claim));
  const allowed = {
    oidcScopes,
    oidcClaims: [...byName, ...allowedWithScopes],
    resourceScopes: Object.fromEntries(
      resourceScopes.filter(
        ([identifier, ofApi]) => ofApi.length > 0 || shown.resourceScopes[identifier]?.length === 0,
      ),
    ),
  };
  const withClaims = { ...shown, oidcClaims: [...new Set([...shown.oidcClaims, ...shownWithScopes])] };
  return { allowed, refused: without(withClaims, allowed) };
}
