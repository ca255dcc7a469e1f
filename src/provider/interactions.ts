/** oidc-provider's interaction, as the sign-in pages use it. */
import type { Context } from 'koa';
import type Provider from 'oidc-provider';
import { type AdapterPayload, errors, type InteractionResults, type KoaContextWithOIDC } from 'oidc-provider';
import { sessionIdHash } from '../storage/issued/sessions.ts';
import type { Access } from '../storage/records/consents.ts';
import { hasSessionId } from './adapter/session-merge.ts';
import type { ResourceCache } from './options/resources.ts';
import type { ConsentQuestion } from './policy/consent-question.ts';
import { requestOf } from './request.ts';

export type Interaction = InstanceType<Provider['Interaction']>;

/**
 * Somebody was signed in when it began: it goes on for whoever has that session's cookie by now. oidc-provider looks whether the
 * session lives, not whether this browser still has it; once it hands over to another account, it forgets which session it was.
 */
function isOfSession(ctx: InteractionContext, provider: Provider, { session }: Interaction): boolean {
  if (session?.accountId === undefined) return true;
  const cookieValue = ctx.cookies.get(provider.cookieName('session'), { signed: true });
  const { document } = requestOf(ctx).session ?? {};
  if (cookieValue === undefined || document === undefined || document.uid !== session.uid) return false;
  return hasSessionId(document, sessionIdHash(cookieValue));
}

/** Of our own pages: with it a request's session is found as oidc-provider's routes find it. */
export type InteractionContext = Pick<Context, 'req' | 'res' | 'cookies'>;

/** Undefined when it is over, expired, or belongs to another browser or session. */
export async function findInteraction(
  provider: Provider,
  ctx: InteractionContext,
  uid: string,
): Promise<Interaction | undefined> {
  try {
    const interaction = await provider.interactionDetails(ctx.req, ctx.res);
    // Two sign-ins in one browser: the address names one, the cookie another.
    return interaction.uid === uid && isOfSession(ctx, provider, interaction) ? interaction : undefined;
  } catch (error) {
    if (error instanceof errors.SessionNotFound) return undefined;
    throw error;
  }
}

/**
 * By its uid, for a page at another address than its own: of the same browser, whose cookie is compared where it is read
 * (adapter/interactions.ts). Undefined where it is over or expired, or somebody else is signed in by now.
 */
export async function findInteractionBehind(provider: Provider, uid: string): Promise<Interaction | undefined> {
  const interaction = await provider.Interaction.find(uid);
  const { uid: sessionUid, accountId } = interaction?.session ?? {};
  if (interaction === undefined || accountId === undefined) return interaction;
  // After a hand-over to another account nobody knows whose it is.
  if (sessionUid === undefined) return undefined;
  const session = await provider.Session.findByUid(sessionUid);
  return session?.accountId === accountId ? interaction : undefined;
}

/** Stores the outcome and gives the address at which oidc-provider goes on. */
export async function finishInteraction(interaction: Interaction, result: InteractionResults): Promise<string> {
  // As oidc-provider's `interactionFinished` does, without its second read: the results of earlier steps are kept.
  interaction.result = 'error' in result ? result : { ...interaction.lastSubmission, ...result };
  await interaction.persist();
  return resumeAddress(interaction);
}

function resumeAddress(interaction: Interaction): string {
  const resume = new URL(interaction.returnTo);
  // For the page that is shown when this address is opened twice: it links back to the client.
  resume.searchParams.set('client_id', clientIdOf(interaction));
  return resume.href;
}

/** Where it goes on, if another request has finished it since this one read it: the same form, sent twice by a nervous finger. */
export async function addressIfFinished(provider: Provider, interaction: Interaction): Promise<string | undefined> {
  const now = await provider.Interaction.find(interaction.uid);
  return now !== undefined && now.result === undefined ? undefined : resumeAddress(interaction);
}

export function clientIdOf(interaction: Interaction): string {
  return String(interaction.params.client_id);
}

export function textParameter(interaction: Interaction, name: string): string | undefined {
  const value = interaction.params[name];
  return typeof value === 'string' ? value : undefined;
}

/** The parameter as oidc-provider has read it, else from the sign-in that goes on here, else from the query. */
export function requestParameter({ oidc, query }: OidcContext, name: string): string | undefined {
  const value = oidc.params?.[name] ?? oidc.entities.Interaction?.params[name] ?? query[name];
  return typeof value === 'string' ? value : undefined;
}

/** What the consent page of this sign-in asks. */
export function questionOf(interaction: Interaction): ConsentQuestion {
  return (interaction.prompt.details as { readonly question: ConsentQuestion }).question;
}

/** Without what resources have lost since the request: nothing could be said about it, and nothing is granted of it. */
export async function presentAccess({ access }: ConsentQuestion, resources: ResourceCache): Promise<Access> {
  const resourceScopes: Record<string, readonly string[]> = {};
  for (const [identifier, scopes] of Object.entries(access.resourceScopes)) {
    const resource = await resources.get(identifier);
    const left = scopes.filter((scope) => resource !== undefined && Object.hasOwn(resource.scopes, scope));
    if (left.length > 0 || (scopes.length === 0 && resource !== undefined)) resourceScopes[identifier] = left;
  }
  return { ...access, resourceScopes };
}

/** Client metadata as oidc-provider reads it, in its wire spelling. */
export type ClientPayload = AdapterPayload;

export type OidcContext = KoaContextWithOIDC;

/** What a step of a sign-in found out: who signed in, what was allowed, or an error. */
export type StepResult = InteractionResults;
