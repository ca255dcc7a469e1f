/** The consent page: who asks for what; what it shows is what is granted, and no more. */

import type { Access } from '../../provider/access.ts';
import { askedAccess, textParameter } from '../../provider/interaction-session.ts';
import { oidcScopes } from '../../provider/options/protocol.ts';
import { clientName, shownLogo } from '../app-link.ts';
import type { ConsentPage } from '../pages/page-models.ts';
import { showPage } from '../show-page.ts';
import type { InteractionWorld } from './interaction-world.ts';
import { finish, type PostedStep, type Step, type StepHandler } from './step.ts';

async function describeResources(
  { resourceScopes }: Access,
  { resources }: InteractionWorld,
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

export const showConsent: StepHandler<Step> = async (ctx, step, world) => {
  const { interaction, client, language, csrfToken, action } = step;
  const account = await world.accounts.get(interaction.session?.accountId ?? '');
  if (account === undefined) throw new Error('consent was asked for without an account');
  const access = await askedAccess(interaction, { resources: world.resources, oidcScopes });
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
    resources: await describeResources(access, world),
    redirectHost: URL.parse(textParameter(interaction, 'redirect_uri') ?? '')?.host ?? '',
    signOutHref: '/session/end',
    keepsAccess: access.oidcScopes.includes('offline_access'),
  };
  showPage(ctx, world.pages.consent(page));
};

export const postConsent: StepHandler<PostedStep> = async (ctx, step, world) => {
  const { interaction, client } = step;
  const { accountId, uid: sessionUid } = interaction.session ?? {};
  if (accountId === undefined || sessionUid === undefined) throw new Error('consent was given without a session');
  const clientId = String(client.client_id);
  const access = await askedAccess(interaction, { resources: world.resources, oidcScopes });
  // At once, for neither needs the other: whichever fails, the person has allowed it, and is asked again at worst.
  const [grant] = await Promise.all([
    world.sessionGrants.allow(world.provider(), { sessionUid, accountId, clientId }, access),
    world.consents.add({ accountId, clientId, ...access }),
  ]);
  await finish(ctx, step, { consent: { grantId: grant.jti } });
};
