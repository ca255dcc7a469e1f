/** The consent page: who asks for what. What it shows can be allowed or left out; nothing else is granted or refused by it. */
import { isEmpty } from '../../domain/grants/access.ts';
import { rememberAnswer } from '../../domain/grants/answers.ts';
import type { Clock } from '../../ports/clock.ts';
import type { CurrentProvider } from '../../provider/current-provider.ts';
import { presentAccess, questionOf, textParameter } from '../../provider/interactions.ts';
import type { ResourceCache } from '../../provider/options/resources.ts';
import { noteFor } from '../../provider/request.ts';
import type { SessionGrants } from '../../provider/session-grants.ts';
import type { AccountStore } from '../../storage/records/accounts.ts';
import type { Access, ConsentStore } from '../../storage/records/consents.ts';
import { dictionaryOf } from '../pages/language.ts';
import {
  accountTile,
  appTile,
  clientName,
  isUnvouched,
  nameInQuotes,
  ownerName,
  ownLink,
  shownLogo,
  shownName,
  webLink,
} from '../pages/names-and-links.ts';
import { describeResource } from '../pages/permissions.ts';
import type { Page, Pages } from '../pages/render.ts';
import { answerTo, sharedNames } from './consent-boxes.ts';
import { type AskedPermissions, permissionGroups } from './consent-permissions.ts';
import { finish, type StepHandlers, type StepPage } from './step.ts';

export interface ConsentPage extends StepPage, AskedPermissions {
  readonly client: {
    readonly name: string;
    /** Whose app it is. */
    readonly owner?: string | undefined;
    /** Of one that is called by the host of its metadata document. */
    readonly callsItself?: string | undefined;
    /** It registered itself, and nobody has checked anything that it says. */
    readonly isUnvouched?: boolean | undefined;
    readonly uri?: string | undefined;
    readonly logoUri?: string | undefined;
    readonly policyUri?: string | undefined;
    readonly tosUri?: string | undefined;
  };
  readonly account: { readonly email: string; readonly name?: string | undefined };
  /** Empty for an app on the device itself. */
  readonly redirectHost: string;
  /** The answer goes to a program on the device, and nobody has vouched that it is this app's. */
  readonly isAnyProgram?: boolean;
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
  const groups = permissionGroups(app.name, page);
  return {
    view: 'interactions/consent',
    language,
    heading: words.heading(app.name),
    isDecision: true,
    app: { ...app, owner: shownName(client.owner ?? ''), link },
    callsItself: client.callsItself ? words.callsItself(client.callsItself) : '',
    vouchNote: client.isUnvouched ? words.unvouched : '',
    deviceNote: page.isAnyProgram ? words.anyProgram : '',
    // Then one line says both.
    isOwnHost: link?.label === redirectHost,
    account: accountTile(account),
    groups,
    // How to leave something out is said where there is something.
    hasBoxes: groups.some(({ items }) => items.some(({ box }) => box !== undefined)),
    action,
    abortAction,
    csrfToken,
    redirectHost,
    chooseHref,
    documents,
  };
}

/** One box fewer is a number in the record of it: which it was says the consent, and the page of the user. */
function leftOut({ oidcScopes, oidcClaims, resourceScopes }: Access): string | undefined {
  const count = oidcScopes.length + oidcClaims.length + Object.values(resourceScopes).flat().length;
  return count === 0 ? undefined : `left out: ${count}`;
}

export interface ConsentDeps {
  readonly provider: Pick<CurrentProvider, 'current'>;
  readonly accounts: AccountStore;
  readonly consents: ConsentStore;
  readonly sessionGrants: SessionGrants;
  readonly resources: ResourceCache;
  readonly clock: Pick<Clock, 'now'>;
  readonly pages: Pages;
}

export function createConsent(deps: ConsentDeps): StepHandlers {
  const { provider, accounts, consents, sessionGrants, resources, clock, pages } = deps;

  return {
    async show(ctx, { interaction, client, page }) {
      const account = await accounts.get(interaction.session?.accountId ?? '');
      if (account === undefined) throw new Error('consent was asked for without an account');
      const question = questionOf(interaction);
      const shown = await presentAccess(question, resources);
      const redirectUri = URL.parse(textParameter(interaction, 'redirect_uri') ?? '');
      const asking = consentPage({
        ...page('consent'),
        client: {
          name: clientName(client),
          owner: ownerName(client),
          callsItself: nameInQuotes(client),
          isUnvouched: isUnvouched(client),
          uri: ownLink(client, client.client_uri),
          logoUri: shownLogo(ctx, client),
          policyUri: client.policy_uri,
          tosUri: client.tos_uri,
        },
        account: { email: account.email, name: account.name },
        oidcScopes: shown.oidcScopes,
        oidcClaims: shown.oidcClaims,
        organisationScopes: question.organisationScopes,
        resources: await Promise.all(
          Object.entries(shown.resourceScopes).map(([identifier, scopes]) =>
            describeResource(resources, identifier, scopes),
          ),
        ),
        required: question.required,
        shared: sharedNames(question.access),
        before: question.before,
        redirectHost: redirectUri?.host ?? '',
        isAnyProgram: (client.document_host !== undefined || isUnvouched(client)) && redirectUri?.protocol !== 'https:',
        chooseHref: page('account').action,
      });
      pages.show(ctx, asking);
    },

    async post(ctx, step) {
      const { interaction, client, boxes } = step;
      const { accountId, uid: sessionUid } = interaction.session ?? {};
      if (accountId === undefined || sessionUid === undefined) throw new Error('consent was given without a session');
      const owner = { accountId, clientId: String(client.client_id) };
      const question = questionOf(interaction);
      const answer = answerTo(question, await presentAccess(question, resources), boxes);
      // In this order: a revocation that ends the grant then also forgets the consent (domain/grants/revoke.ts).
      await rememberAnswer(owner, answer, { consents, clock });
      await sessionGrants.answerEverywhere(owner, answer);
      const session = { ...owner, sessionUid };
      const grant = await sessionGrants.answerAsRemembered(provider.current(), session, answer, {
        standsOnConsent: true,
      });
      // Of a request without `openid` nothing may be left: then it ends as a denial does, and its client gets nothing.
      if (isEmpty(answer.allowed)) noteFor(ctx)('consent.denied', 'user', { accountId });
      else noteFor(ctx)('consent.given', 'user', { accountId, detail: leftOut(answer.refused) });
      // Revoked meanwhile: it is asked for again.
      await finish(ctx, step, { consent: grant === undefined ? {} : { grantId: grant.jti } });
    },
  };
}
