/** The consent page: who asks for what. What it shows is what is granted, and no more. */
import { claimsOfScope } from '../../domain/accounts/claims.ts';
import { claimsReleasedBy } from '../../domain/scopes/scopes.ts';
import type { CurrentProvider } from '../../provider/current-provider.ts';
import {
  type Interaction,
  type InteractionAccess,
  interactionAccess,
  textParameter,
} from '../../provider/interactions.ts';
import type { ResourceCache } from '../../provider/options/resources.ts';
import { noteFor } from '../../provider/request.ts';
import type { SessionGrants } from '../../provider/session-grants.ts';
import type { AccountStore } from '../../storage/records/accounts.ts';
import type { ConsentStore } from '../../storage/records/consents.ts';
import type { OrganisationScope } from '../../storage/records/scopes.ts';
import { dictionaryOf, type Language } from '../pages/language.ts';
import {
  accountTile,
  appTile,
  clientName,
  shownLogo,
  shownName,
  shownText,
  webLink,
} from '../pages/names-and-links.ts';
import type { Page, Pages } from '../pages/render.ts';
import type { Dictionary } from '../pages/words/en.ts';
import { finish, type StepHandlers, type StepPage } from './step.ts';

interface ResourceAccess {
  readonly name?: string | undefined;
  readonly identifier: string;
  /** Of its name and of what its scopes are described with. */
  readonly language?: string | undefined;
  readonly scopes: readonly { readonly name: string; readonly description?: string | undefined }[];
}

export interface ConsentPage extends StepPage {
  readonly client: {
    readonly name: string;
    readonly uri?: string | undefined;
    readonly logoUri?: string | undefined;
    readonly policyUri?: string | undefined;
    readonly tosUri?: string | undefined;
  };
  readonly account: { readonly email: string; readonly name?: string | undefined };
  readonly oidcScopes: readonly string[];
  readonly oidcClaims: readonly string[];
  /** Those of `oidcScopes` that are the organisation's own. */
  readonly organisationScopes: readonly OrganisationScope[];
  readonly resources: readonly ResourceAccess[];
  /** Empty for an app on the device itself. */
  readonly redirectHost: string;
  /** Where "Not you?" leads. */
  readonly chooseHref: string;
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
  return {
    id: `api-${index}`,
    heading: [
      { text: `${words.appCanIn.before} ` },
      // An identifier is in no language.
      shown === '' ? { text: identifier } : { text: shown, language },
      { text: ` ${words.appCanIn.after}` },
    ],
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
function permissionGroups(words: Dictionary['consent'], app: string, page: ConsentPage): PermissionGroup[] {
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

export function consentPage(page: ConsentPage): Page {
  const { language, client, account, action, abortAction, csrfToken, chooseHref } = page;
  const words = dictionaryOf(language).consent;
  const app = appTile(client.name, client.logoUri);
  const clientLink = webLink(client.uri);
  const documents = [
    { href: webLink(client.policyUri), label: words.privacyPolicy },
    { href: webLink(client.tosUri), label: words.termsOfService },
  ].filter(({ href }) => href !== undefined);
  // An app of its own address scheme (RFC 8252 7.1) has no host to name.
  const redirectHost = page.redirectHost === '' ? words.onThisDevice : page.redirectHost;
  const link = clientLink === undefined ? undefined : { href: clientLink, label: new URL(clientLink).host };
  return {
    view: 'interactions/consent',
    language,
    heading: words.heading(app.name),
    isDecision: true,
    app: { ...app, link },
    // Then one line says both.
    isOwnHost: link?.label === redirectHost,
    account: accountTile(account),
    groups: permissionGroups(words, app.name, page),
    action,
    abortAction,
    csrfToken,
    redirectHost,
    chooseHref,
    documents,
  };
}

export interface ConsentDeps {
  readonly provider: Pick<CurrentProvider, 'current'>;
  readonly accounts: AccountStore;
  readonly consents: ConsentStore;
  readonly sessionGrants: SessionGrants;
  readonly resources: ResourceCache;
  readonly pages: Pages;
}

export function createConsent({ provider, accounts, consents, sessionGrants, resources, pages }: ConsentDeps) {
  const accessOf = (interaction: Interaction): Promise<InteractionAccess> => interactionAccess(interaction, resources);

  async function describe([identifier, scopes]: readonly [string, readonly string[]]): Promise<ResourceAccess> {
    const resource = await resources.get(identifier);
    const described = scopes.map((name) => ({ name, description: resource?.scopes[name] }));
    return { identifier, name: resource?.name, language: resource?.language, scopes: described };
  }

  return {
    async show(ctx, { interaction, client, page }) {
      const account = await accounts.get(interaction.session?.accountId ?? '');
      if (account === undefined) throw new Error('consent was asked for without an account');
      const access = await accessOf(interaction);
      const shown = consentPage({
        ...page('consent'),
        client: {
          name: clientName(client),
          uri: client.client_uri,
          logoUri: shownLogo(ctx, client),
          policyUri: client.policy_uri,
          tosUri: client.tos_uri,
        },
        account: { email: account.email, name: account.name },
        oidcScopes: access.oidcScopes,
        oidcClaims: access.oidcClaims,
        organisationScopes: access.organisationScopes,
        resources: await Promise.all(Object.entries(access.resourceScopes).map(describe)),
        redirectHost: URL.parse(textParameter(interaction, 'redirect_uri') ?? '')?.host ?? '',
        chooseHref: page('account').action,
      });
      pages.show(ctx, shown);
    },

    async post(ctx, step) {
      const { interaction, client } = step;
      const { accountId, uid: sessionUid } = interaction.session ?? {};
      if (accountId === undefined || sessionUid === undefined) throw new Error('consent was given without a session');
      const clientId = String(client.client_id);
      const { organisationScopes: _shown, ...access } = await accessOf(interaction);
      // In this order: a revocation that ends the grant then also forgets the consent (domain/grants/revoke.ts).
      await consents.add({ accountId, clientId, ...access });
      const grant = await sessionGrants.allow(provider.current(), { sessionUid, accountId, clientId }, access);
      noteFor(ctx)('consent.given', 'user', { accountId });
      await finish(ctx, step, { consent: { grantId: grant.jti } });
    },
  } satisfies StepHandlers;
}
