/** The interaction policy: which step a sign-in needs next, and where its page is. */
import { type Configuration, errors, interactionPolicy } from 'oidc-provider';

const { Check, base } = interactionPolicy;

/** Level of a password sign-in, as `acr`; its `amr` is `pwd` (RFC 8176). */
export const passwordAcr = 'urn:latchkey:acr:password';

interface LevelWish {
  readonly essential?: unknown;
  readonly value?: unknown;
  readonly values?: unknown;
}

function isOutOfReach({ essential, value, values }: LevelWish): boolean {
  if (!essential) return false;
  const accepted = [value ?? [], values ?? []].flat();
  return accepted.length > 0 && !accepted.includes(passwordAcr);
}

function policy(): ReturnType<typeof base> {
  const prompts = base();
  prompts.get('login')?.checks.add(
    // OIDC Core 5.5.1.1: a failed sign-in; the engine's own check would ask for the password again and again.
    new Check('level_out_of_reach', 'the demanded level of authentication is not offered here', (ctx) => {
      const wish = ctx.oidc.claims.id_token?.acr as LevelWish | null | undefined;
      if (isOutOfReach(wish ?? {})) throw new errors.UnmetAuthenticationRequirements('the level is not offered here');
      return false;
    }),
    0,
  );
  prompts.get('login')?.checks.add(
    // An account that is gone or disabled while its session lives: sign in again instead of a server error.
    new Check('account_missing', 'the account of this session can no longer sign in', 'login_required', (ctx) => {
      const { session, account } = ctx.oidc;
      return session?.accountId !== undefined && account === undefined;
    }),
    0,
  );
  return prompts;
}

/** The page's address names the client, so that an expired page can still offer the way back to the app. */
export function interactionPath(uid: string, clientId: string): string {
  return `/interaction/${encodeURIComponent(uid)}?${new URLSearchParams({ client_id: clientId })}`;
}

export function interactionOptions(): Configuration {
  return {
    acrValues: [passwordAcr],
    features: { devInteractions: { enabled: false } },
    interactions: {
      policy: policy(),
      url: (_ctx, interaction) => interactionPath(interaction.uid, String(interaction.params.client_id)),
    },
  };
}
