/**
 * What the consent page asks, and whether it is needed. A refusal counts as an answer: the page comes again for what was refused
 * only with `prompt=consent`, or once the client cannot do without it (`required_scopes`).
 */
import { interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import { isEmpty, noAccess, scopesNamed, union, without } from '../../domain/grants/access.ts';
import type { Answer } from '../../domain/grants/answers.ts';
import type { Access, ConsentStore } from '../../storage/records/consents.ts';
import type { OrganisationScope } from '../../storage/records/scopes.ts';
import { requestOf } from '../request.ts';
import { answerOf, requestedAccess, withReleasedClaims } from '../requested-access.ts';
import { withoutOfflineAccess } from './offline-access.ts';

const { Check } = interactionPolicy;

type Scopes = readonly OrganisationScope[];

/** Stored with the interaction: what the page showed is what its answer is about, whatever is changed meanwhile. */
export interface ConsentQuestion {
  /** Of claims those that are requested by name. */
  readonly access: Access;
  /** Those of its `oidcScopes` that are the organisation's, as they were at the request. */
  readonly organisationScopes: Scopes;
  /** The app cannot do without them. */
  readonly required: readonly string[];
  /** Undefined where this account never answered the client. */
  readonly before: Answer | undefined;
}

function requiredScopes({ oidc: { client } }: KoaContextWithOIDC): readonly string[] {
  const required: unknown = client?.required_scopes;
  return Array.isArray(required) ? required.map(String) : [];
}

/** What was refused before the client came to require it has to be asked about. */
function standingRefusals(ctx: KoaContextWithOIDC, refused: Access): Access {
  return without(refused, scopesNamed(refused, requiredScopes(ctx)));
}

/** What the request asks for and this answer says nothing of; `scopes` are all that the organisation has. */
export function unansweredAccess(ctx: KoaContextWithOIDC, scopes: Scopes, answer: Answer): Access {
  const refused = standingRefusals(ctx, answer.refused);
  return without(withReleasedClaims(requestedAccess(ctx), scopes, refused), union(answer.allowed, refused));
}

/** What is remembered of the account and client of this request, read once. */
export async function rememberedAnswer(
  ctx: KoaContextWithOIDC,
  consents: Pick<ConsentStore, 'get'>,
): Promise<Answer | undefined> {
  const { client, account } = ctx.oidc;
  const notes = requestOf(ctx);
  notes.remembered ??= consents.get(String(account?.accountId), String(client?.clientId));
  const found = await notes.remembered;
  return found && { allowed: found, refused: standingRefusals(ctx, found.refused) };
}

async function consentQuestion(
  ctx: KoaContextWithOIDC,
  scopes: Scopes,
  consents: Pick<ConsentStore, 'get'>,
): Promise<ConsentQuestion> {
  const before = await rememberedAnswer(ctx, consents);
  const requested = requestedAccess(ctx);
  const isAskedAgain = ctx.oidc.prompts.has('consent');
  const open = isAskedAgain ? requested : without(requested, before?.refused ?? noAccess);
  // A page that asks nothing could only be denied; it comes for every request of a native app.
  const access = isEmpty(open) ? requested : open;
  return {
    access,
    organisationScopes: scopes.filter(({ name }) => access.oidcScopes.includes(name)),
    required: requiredScopes(ctx),
    before,
  };
}

/** Takes the place of oidc-provider's checks where they know neither our scopes' claims nor what a client requires. */
export function addConsentChecks(
  prompts: interactionPolicy.DefaultPolicy,
  { scopes, consents }: { readonly scopes: Scopes; readonly consents: Pick<ConsentStore, 'get'> },
): void {
  const consent = prompts.get('consent');
  if (consent === undefined) throw new TypeError('the policy has no consent');
  const missing = (ctx: KoaContextWithOIDC): Access =>
    withoutOfflineAccess(unansweredAccess(ctx, scopes, answerOf(ctx.oidc.grant)));
  consent.checks.remove('op_scopes_missing');
  consent.checks.add(
    new Check('op_scopes_missing', 'requested scopes not granted', 'consent_required', (ctx) => {
      return missing(ctx).oidcScopes.length > 0;
    }),
  );
  consent.checks.add(
    new Check('scope_claims_missing', 'claims of scopes not granted', 'consent_required', (ctx) => {
      return missing(ctx).oidcClaims.length > 0;
    }),
  );
  consent.checks.add(
    new Check('required_scopes_missing', 'scopes that the client requires were refused', 'consent_required', (ctx) => {
      return !isEmpty({ ...missing(ctx), oidcScopes: [], oidcClaims: [] });
    }),
  );
  consent.details = async (ctx) => ({ question: await consentQuestion(ctx, scopes, consents) });
}
