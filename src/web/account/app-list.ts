/** The apps that have access to an account, as its owner reads them: what each may do, since when, and when it last did. */
import { ACCOUNT_CLIENT_ID } from '../../domain/clients/register.ts';
import { isEmpty, noAccess, union } from '../../domain/grants/access.ts';
import { isBuiltInScope } from '../../domain/scopes/names.ts';
import { organisationScopes } from '../../domain/scopes/scopes.ts';
import type { ClientFinder } from '../../provider/metadata-documents/client-finder.ts';
import type { ResourceCache } from '../../provider/options/resources.ts';
import { answerOf } from '../../provider/requested-access.ts';
import type { ListedGrant } from '../../storage/issued/grants.ts';
import type { RefreshTokenFamilies } from '../../storage/issued/refresh-token-families.ts';
import type { SessionDocument } from '../../storage/issued/sessions.ts';
import type { Access, Consent } from '../../storage/records/consents.ts';
import type { ScopeStore } from '../../storage/records/scopes.ts';
import type { Language } from '../pages/language.ts';
import { appTile, clientName, initiatedSignIn, inLanguage, ownLink, webLink } from '../pages/names-and-links.ts';
import { describeResource, type PermissionList, permissionLists } from '../pages/permissions.ts';
import { moreText, type ShownTime, shownTime } from './session-list.ts';

const SHOWN = 50;
/** A limit: refresh tokens are looked up for the newest grants only. */
const GRANTS_LOOKED_INTO = 50;

export interface AppEntry {
  readonly clientId: string;
  readonly app: ReturnType<typeof appTile>;
  readonly link: { readonly href: string; readonly label: string } | undefined;
  /** Where a sign-in to it begins, if it says so. */
  readonly openHref: string | undefined;
  readonly isRegistered: boolean;
  /** An administrator said so: nobody was asked. */
  readonly isFirstParty: boolean;
  /** It has no grant now; what was allowed is remembered. */
  readonly isIdle: boolean;
  readonly permissions: readonly PermissionList[];
  /** Undefined for a consent that an earlier version kept. */
  readonly since: ShownTime | undefined;
  readonly lastUsed: ShownTime | undefined;
}

export interface AppList {
  readonly entries: readonly AppEntry[];
  /** A sentence that says how many more there are; empty if all are shown. */
  readonly more: string;
}

export interface AppListDeps {
  readonly issuer: string;
  readonly clients: Pick<ClientFinder, 'getStored'>;
  readonly resources: Pick<ResourceCache, 'get'>;
  readonly scopes: Pick<ScopeStore, 'list'>;
  readonly refreshTokens: Pick<RefreshTokenFamilies, 'latestIssue'>;
}

interface Found {
  readonly consents: readonly Consent[];
  readonly grants: readonly ListedGrant[];
  readonly sessions: readonly SessionDocument[];
}

interface FoundApp {
  readonly clientId: string;
  readonly access: readonly Access[];
  readonly isIdle: boolean;
  /** Milliseconds since the epoch, like `lastUsedAt`; both are 0 when unknown. */
  readonly since: number;
  readonly lastUsedAt: number;
}

const issuedAt = ({ payload }: ListedGrant): number => Number(payload.iat) * 1000;

function foundApps(
  { consents: answers, grants, sessions }: Found,
  refreshedAt: ReadonlyMap<string, number>,
): readonly FoundApp[] {
  // An answer that refused everything gives no access.
  const consents = answers.filter((answer) => !isEmpty(answer) || Object.keys(answer.resourceScopes).length > 0);
  const clientIds = new Set(
    [...consents, ...grants.map(({ payload }) => payload)].map(({ clientId }) => String(clientId)),
  );
  clientIds.delete(ACCOUNT_CLIENT_ID);
  return Array.from(clientIds, (clientId) => {
    const consent = consents.find((one) => one.clientId === clientId);
    const ofClient = grants.filter(({ payload }) => payload.clientId === clientId);
    const seenAt = sessions.map(({ seen }) => seen?.clientsSeenAt[clientId] ?? 0);
    const refreshed = ofClient.map(({ reference }) => refreshedAt.get(reference) ?? 0);
    const times = [consent?.since ?? [], ofClient.map(issuedAt)].flat();
    return {
      clientId,
      access: [...(consent ? [consent] : []), ...ofClient.map(({ payload }) => answerOf(payload).allowed)],
      isIdle: ofClient.length === 0,
      since: times.length === 0 ? 0 : Math.min(...times),
      lastUsedAt: Math.max(0, ...ofClient.map(issuedAt), ...seenAt, ...refreshed),
    };
  });
}

async function refreshTimes(grants: readonly ListedGrant[], { refreshTokens }: AppListDeps) {
  const newest = grants
    .filter(({ payload }) => payload.clientId !== ACCOUNT_CLIENT_ID)
    .toSorted((one, other) => issuedAt(other) - issuedAt(one))
    .slice(0, GRANTS_LOOKED_INTO);
  const times = newest.map(async ({ reference }) => {
    const latest = await refreshTokens.latestIssue(reference);
    return [reference, (latest ?? 0) * 1000] as const;
  });
  return new Map(await Promise.all(times));
}

export async function appList(language: Language, found: Found, deps: AppListDeps): Promise<AppList> {
  const apps = foundApps(found, await refreshTimes(found.grants, deps)).toSorted(
    (one, other) => Math.max(other.lastUsedAt, other.since) - Math.max(one.lastUsedAt, one.since),
  );
  const shown = apps.slice(0, SHOWN).map((app) => ({ ...app, access: app.access.reduce(union, noAccess) }));
  const hasOwnScope = shown.some(({ access }) => access.oidcScopes.some((name) => !isBuiltInScope(name)));
  const scopes = hasOwnScope ? await organisationScopes(deps.scopes) : [];

  async function permissionsOf({ resourceScopes, ...access }: Access): Promise<readonly PermissionList[]> {
    const resources = Object.entries(resourceScopes).map(([identifier, names]) =>
      describeResource(deps.resources, identifier, names),
    );
    const known = scopes.filter(({ name }) => access.oidcScopes.includes(name));
    return permissionLists(language, { ...access, organisationScopes: known, resources: await Promise.all(resources) });
  }

  async function entryOf({ clientId, access, isIdle, since, lastUsedAt }: (typeof shown)[number]): Promise<AppEntry> {
    const [registered, permissions] = await Promise.all([deps.clients.getStored(clientId), permissionsOf(access)]);
    const client = inLanguage(registered ?? { client_id: clientId }, language);
    const href = webLink(ownLink(client, client.client_uri));
    return {
      clientId,
      // No logo: it comes from the app's own server, which would learn when people look at this page.
      app: appTile(clientName(client), undefined),
      link: href === undefined ? undefined : { href, label: new URL(href).host },
      openHref: initiatedSignIn(client, deps.issuer),
      isRegistered: registered !== undefined,
      isFirstParty: registered?.first_party === true,
      isIdle,
      permissions,
      since: since === 0 ? undefined : shownTime(language, since),
      lastUsed: lastUsedAt === 0 ? undefined : shownTime(language, lastUsedAt),
    };
  }

  return { entries: await Promise.all(shown.map(entryOf)), more: moreText(language, apps.length - shown.length) };
}
