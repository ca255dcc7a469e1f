/** The consent page: who asks for what. What it shows is what is granted, and no more. */
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
import { dictionaryOf } from '../pages/language.ts';
import { accountTile, appTile, clientName, shownLogo, webLink } from '../pages/names-and-links.ts';
import { permissionGroups, type ResourceAccess, type ShownAccess } from '../pages/permissions.ts';
import type { Page, Pages } from '../pages/render.ts';
import { finish, type StepHandlers, type StepPage } from './step.ts';

export interface ConsentPage extends StepPage, ShownAccess {
  readonly client: {
    readonly name: string;
    readonly uri?: string | undefined;
    readonly logoUri?: string | undefined;
    readonly policyUri?: string | undefined;
    readonly tosUri?: string | undefined;
  };
  readonly account: { readonly email: string; readonly name?: string | undefined };
  /** Empty for an app on the device itself. */
  readonly redirectHost: string;
  /** Where "Not you?" leads. */
  readonly chooseHref: string;
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
