/** Everything that an app asks for, in plain words: what can be left out, what cannot, and what is new since last time. */
import { claimsOfScope } from '../../domain/accounts/claims.ts';
import type { Answer } from '../../domain/grants/answers.ts';
import { claimsReleasedBy } from '../../domain/scopes/scopes.ts';
import type { OrganisationScope } from '../../storage/records/scopes.ts';
import { dictionaryOf, type Language } from '../pages/language.ts';
import {
  apiName,
  apiScopeWords,
  claimWords,
  type PermissionWords,
  type ResourceAccess,
  scopeWords,
} from '../pages/permissions.ts';
import type { Dictionary } from '../pages/words/en.ts';
import { apiScopeValue, isNeeded } from './consent-boxes.ts';

export interface AskedPermissions {
  readonly language: Language;
  readonly oidcScopes: readonly string[];
  readonly oidcClaims: readonly string[];
  /** Those of `oidcScopes` that are the organisation's own. */
  readonly organisationScopes: readonly OrganisationScope[];
  readonly resources: readonly ResourceAccess[];
  /** Scopes that the app cannot do without. */
  readonly required: readonly string[];
  /** Names of scopes that several have. */
  readonly shared: ReadonlySet<string>;
  /** Undefined where this account never answered the app. */
  readonly before: Answer | undefined;
}

interface Permission extends PermissionWords {
  /** Undefined for what cannot be left out. */
  readonly box?: { readonly name: 'scope' | 'claim'; readonly value: string; readonly isTicked: boolean };
  /** Single words beside the title. */
  readonly marks: readonly string[];
}

interface PermissionGroup {
  readonly id: string;
  /** Its parts, because a name may be in another language than the rest. */
  readonly heading: readonly { readonly text: string; readonly language?: string | undefined }[];
  readonly identifier?: string;
  readonly items: readonly Permission[];
}

/** What was answered before about one of them. */
interface Earlier {
  readonly isAllowed: boolean;
  readonly isRefused: boolean;
}

/** The words say it, not a colour (WCAG 1.4.1). Where nothing was ever answered, everything is new, and nothing is marked so. */
function marksOf(words: Dictionary['consent'], earlier: Earlier | undefined, isRequired: boolean): string[] {
  const marks = isRequired ? [words.marks.needed] : [];
  if (earlier === undefined || earlier.isAllowed) return marks;
  return [...marks, earlier.isRefused ? words.marks.refusedBefore : words.marks.isNew];
}

/** What was refused stays so unless its box is ticked anew: whoever presses the button without reading takes back no refusal. */
const boxOf = (name: 'scope' | 'claim', value: string, earlier: Earlier | undefined) => ({
  box: { name, value, isTicked: earlier?.isRefused !== true },
});

function accountItems(asked: AskedPermissions): Permission[] {
  const { language, organisationScopes, required, before } = asked;
  const words = dictionaryOf(language).consent;
  const scopes = new Set(asked.oidcScopes);
  // Shown last: it is about everything above it.
  const lasting = scopes.delete('offline_access') ? ['offline_access'] : [];
  const ofScope = (name: string): Permission => {
    const own = organisationScopes.find((scope) => scope.name === name);
    // A scope of the organisation may release more by now than it did.
    const hasGrown = own?.claims.some((claim) => before?.allowed.oidcClaims.includes(claim) === false) === true;
    const earlier = before && {
      isAllowed: before.allowed.oidcScopes.includes(name) && !hasGrown,
      isRefused: before.refused.oidcScopes.includes(name),
    };
    return {
      ...scopeWords(language, name, own),
      ...(!isNeeded(name, required) && boxOf('scope', name, earlier)),
      marks: marksOf(words, earlier, isNeeded(name, required)),
    };
  };
  const ofScopes = claimsReleasedBy(organisationScopes);
  const ofClaim = (name: string): Permission => {
    const earlier = before && {
      isAllowed: [...before.allowed.oidcClaims, ...before.allowed.oidcScopes.flatMap(claimsOfScope)].includes(name),
      isRefused: before.refused.oidcClaims.includes(name),
    };
    const marks = marksOf(words, earlier?.isRefused === true ? { ...earlier, isAllowed: false } : earlier, false);
    return { ...claimWords(words, name), ...boxOf('claim', name, earlier), marks };
  };
  return [
    ...Array.from(scopes, ofScope),
    ...Array.from(new Set(asked.oidcClaims.filter((name) => !ofScopes.includes(name))), ofClaim),
    ...lasting.map(ofScope),
  ];
}

function apiItems(asked: AskedPermissions, resource: ResourceAccess): Permission[] {
  const { identifier, scopes } = resource;
  const { required, shared, before } = asked;
  const words = dictionaryOf(asked.language).consent;
  const [allowed, refused] = [before?.allowed.resourceScopes[identifier], before?.refused.resourceScopes[identifier]];
  if (scopes.length === 0) {
    const earlier = before && { isAllowed: allowed !== undefined, isRefused: false };
    return [{ title: words.wholeApi, marks: marksOf(words, earlier, false) }];
  }
  return scopes.map((scope) => {
    const { name } = scope;
    const earlier = before && {
      isAllowed: allowed?.includes(name) === true,
      isRefused: refused?.includes(name) === true,
    };
    return {
      ...apiScopeWords(asked.language, resource, scope),
      ...(!isNeeded(name, required) && boxOf('scope', apiScopeValue(shared, identifier, name), earlier)),
      marks: marksOf(words, earlier, isNeeded(name, required)),
    };
  });
}

function apiGroup(asked: AskedPermissions, resource: ResourceAccess, index: number): PermissionGroup {
  const words = dictionaryOf(asked.language).consent;
  const name = apiName(asked.language, resource);
  const { identifier } = resource;
  return {
    id: `api-${index}`,
    heading: [{ text: `${words.appCanIn.before} ` }, name, { text: ` ${words.appCanIn.after}` }],
    ...(name.text !== identifier && { identifier }),
    items: apiItems(asked, resource),
  };
}

/** Everything that is asked for, and nothing twice. */
export function permissionGroups(app: string, asked: AskedPermissions): readonly PermissionGroup[] {
  const items = accountItems(asked);
  const heading = [{ text: dictionaryOf(asked.language).consent.appCan(app) }];
  const account = items.length > 0 ? [{ id: 'account', heading, items }] : [];
  return [...account, ...asked.resources.map((resource, index) => apiGroup(asked, resource, index))];
}
