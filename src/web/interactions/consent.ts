/** The consent page: who asks for what; what it shows is what is granted, and no more. */

import { askedAccess, textParameter } from '../../provider/interactions.ts';
import { oidcScopes } from '../../provider/options/protocol.ts';
import type { Access } from '../../provider/requested-access.ts';
import { clientName, shownLogo } from '../app-link.ts';
import type { ConsentPage } from '../pages/page-models.ts';
import { showPage } from '../show-page.ts';
import type { InteractionDeps } from './interaction-deps.ts';
import { finish, type PostedStep, type Step, type StepHandler } from './step.ts';

async function describeResources(
  { resourceScopes }: Access,
  { resources }: InteractionDeps,
): Promise<ConsentPage['resources']> {
  return Promise.all(
    Object.entries(resourceScopes).map(async ([identifier, scopes]) => {
      const resource = await resources.get(identifier);
      return {
        identifier,
        ...(resource?.name !== undefined && { name: resource.name }),
        scopes: scopes.map((name) => ({ name, description: resource?.scopes[name] })),
      };
    }),
  );
}

export const showConsent: StepHandler<Step> = async (ctx, step, deps) => {
  const { interaction, client, language, csrfToken, action } = step;
  const account = await deps.accounts.get(interaction.session?.accountId ?? '');
  if (account === undefined) throw new Error('consent was asked for without an account');
  const access = await askedAccess(interaction, { resources: deps.resources, oidcScopes });
  const page: ConsentPage = {
    language,
    csrfToken,
    action: action('consent'),
    abortAction: action('abort'),
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
    resources: await describeResources(access, deps),
    redirectHost: URL.parse(textParameter(interaction, 'redirect_uri') ?? '')?.host ?? '',
    signOutHref: '/session/end',
    keepsAccess: access.oidcScopes.includes('offline_access'),
  };
  showPage(ctx, deps.pages.consent(page));
};

export const postConsent: StepHandler<PostedStep> = async (ctx, step, deps) => {
  const { interaction, client } = step;
  const { accountId, uid: sessionUid } = interaction.session ?? {};
  if (accountId === undefined || sessionUid === undefined) throw new Error('consent was given without a session');
  const clientId = String(client.client_id);
  const access = await askedAccess(interaction, { resources: deps.resources, oidcScopes });
  // At once, for neither needs the other: whichever fails, the user has allowed it, and is asked again at worst.
  const [grant] = await Promise.all([
    deps.sessionGrants.allow(deps.provider(), { sessionUid, accountId, clientId }, access),
    deps.consents.add({ accountId, clientId, ...access }),
  ]);
  await finish(ctx, step, { consent: { grantId: grant.jti } });
};
