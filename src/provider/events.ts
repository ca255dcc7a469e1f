/**
 * Turns what oidc-provider reports into security events, and into lines of the log: event names and error codes, never a
 * token, a code, a path or a query. Listeners run inside the request: a slow or throwing one would break it.
 */
import type Provider from 'oidc-provider';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { refusalReason } from '../domain/events/refusals.ts';
import type { Log, LogFields } from '../ports/log.ts';
import { StorageUnavailable } from '../storage/driver.ts';
import { beginSignIn } from './adapter/sign-in-ids.ts';
import { mayBeSentAnError } from './metadata-documents/unvouched.ts';
import { StatusError } from './protection/status-error.ts';
import { authenticatingRoutes, isClientProven, isRefusalNoted, isWithoutProof, noteFor, requestOf } from './request.ts';

const MESSAGE = 'oidc-provider';

type ProviderError = Error & { readonly error?: string; readonly error_detail?: string };

const ERROR_EVENTS = [
  'authorization.error',
  'grant.error',
  'introspection.error',
  'revocation.error',
  'userinfo.error',
  'end_session.error',
  'end_session_confirm.error',
  'end_session_success.error',
  'pushed_authorization_request.error',
  'device_authorization.error',
  'code_verification.error',
  'device_resume.error',
  'discovery.error',
  'jwks.error',
] as const;

const SUCCESS_EVENTS = ['authorization.success', 'grant.success', 'end_session.success', 'interaction.ended'] as const;

/** A retried refresh, and a JWT at introspection or revocation, get another answer from the middleware behind. */
function isReportedByMiddleware(ctx: KoaContextWithOIDC, { error }: ProviderError): boolean {
  return requestOf(ctx).cachedTokenResponse !== undefined || error === 'unsupported_token_type';
}

/** oidc-provider's own reason, which clients do not see; else the code, where the list of reasons does not have it. */
function detailOf({ error, error_detail: detail }: ProviderError, isListed: boolean): string | undefined {
  return detail ?? (isListed ? undefined : error);
}

function noteRefusal(ctx: KoaContextWithOIDC, error: ProviderError): void {
  if (error instanceof StatusError || isRefusalNoted(ctx)) return;
  const { route, client } = ctx.oidc;
  if (route === 'authorization') beginSignIn(requestOf(ctx));
  // The page that ended the sign-in, or the policy behind it, has already recorded why.
  if (error.error === ctx.oidc.entities.Interaction?.result?.error) return;
  const subject = { clientId: client?.clientId, endpoint: route };
  // The code that the client gets (middleware/failed-authentication.ts).
  const code = error.error === 'invalid_request' && isWithoutProof(ctx) ? 'invalid_client' : error.error;
  const { reason, isListed } = refusalReason(code);
  const detail = detailOf(error, isListed);
  if (reason === 'invalid_client' && authenticatingRoutes.has(route)) {
    const why = client === undefined ? 'unknown_client' : 'not_proven';
    noteFor(ctx)('client.authentication_failed', why, { ...subject, detail });
  } else {
    const { presented } = requestOf(ctx);
    const more = { accountId: presented?.accountId, detail, isClientProven: isClientProven(ctx) };
    noteFor(ctx)('request.refused', reason, { ...subject, ...more });
  }
}

function noteReplay(ctx: KoaContextWithOIDC): void {
  const { presented } = requestOf(ctx);
  const note = noteFor(ctx);
  const subject = { accountId: presented?.accountId };
  if (presented?.kind === 'AuthorizationCode') note('code.replayed', 'used', subject);
  if (presented?.kind === 'RefreshToken') note('refresh.replayed', 'used', subject);
  if (presented?.kind === 'DeviceCode') note('grant.replayed', 'used', subject);
  note('grant.revoked', 'replay', subject);
}

function noteGrantSignedOut(ctx: KoaContextWithOIDC, grantId: string): void {
  const { authorizations = {}, accountId } = ctx.oidc.session ?? {};
  const clientId = Object.keys(authorizations).find((id) => authorizations[id]?.grantId === grantId);
  noteFor(ctx)('grant.revoked', 'signed_out', { accountId, clientId });
}

/** oidc-provider ends a grant for three reasons, each at a route of its own. */
function noteEndOfGrant(ctx: KoaContextWithOIDC, grantId: string): void {
  const { route } = ctx.oidc;
  if (route === 'token') noteReplay(ctx);
  else if (route === 'revocation')
    noteFor(ctx)('grant.revoked', 'token_revoked', { accountId: requestOf(ctx).presented?.accountId });
  else noteGrantSignedOut(ctx, grantId);
}

function noteSignOut(ctx: KoaContextWithOIDC): void {
  const { session, params, issuer } = ctx.oidc;
  // Without `logout` the user stayed signed in.
  if (session?.accountId === undefined || !params?.logout) return;
  // oidc-provider signs the user before out, and goes back to the sign-in of the one after.
  const { postLogoutRedirectUri } = (session.state ?? {}) as { readonly postLogoutRedirectUri?: unknown };
  const isHandover = String(postLogoutRedirectUri).startsWith(`${issuer}/auth/`);
  noteFor(ctx)('session.ended', isHandover ? 'other_account' : 'signed_out', { accountId: session.accountId });
}

function noteSilentSignIn(ctx: KoaContextWithOIDC): void {
  if (ctx.oidc.result?.login !== undefined) return;
  noteFor(ctx)('sign_in.silent', 'session', { accountId: ctx.oidc.account?.accountId });
}

interface Emitter {
  on(event: string, listener: (...args: never[]) => void): void;
}

function reportSecurityEvents(emitter: Emitter): void {
  for (const event of ERROR_EVENTS) {
    emitter.on(event, (ctx: KoaContextWithOIDC, error: ProviderError) => {
      if (!isReportedByMiddleware(ctx, error)) noteRefusal(ctx, error);
    });
  }
  emitter.on('grant.revoked', noteEndOfGrant);
  emitter.on('end_session.success', noteSignOut);
  emitter.on('authorization.success', noteSilentSignIn);
}

export function reportEvents(provider: Provider, log: Log): void {
  const emitter = provider as unknown as Emitter;
  reportSecurityEvents(emitter);
  for (const event of SUCCESS_EVENTS) {
    emitter.on(event, (ctx: KoaContextWithOIDC) => void requestOf(ctx).events.push(event));
  }
  // Of the same name as the option of oidc-provider's errors, which it reads right after it has reported them.
  const keepHere = (ctx: KoaContextWithOIDC, error: Error): void => {
    if (mayBeSentAnError(ctx)) return;
    Object.assign(error, { allow_redirect: false });
    // Of what was meant to be a redirect (login_required and its like).
    if (ctx.status < 400) ctx.status = 400;
  };
  emitter.on('authorization.error', (ctx: KoaContextWithOIDC, error: ProviderError) => {
    requestOf(ctx).authorizationError = error.error;
    keepHere(ctx, error);
  });
  emitter.on('server_error', (ctx: KoaContextWithOIDC, error: Error) => {
    requestOf(ctx).authorizationError = 'server_error';
    keepHere(ctx, error);
  });
  const describe = (event: string, ctx: KoaContextWithOIDC): LogFields => {
    const clientId = ctx.oidc?.client?.clientId;
    return { event, requestId: requestOf(ctx).requestId, ...(clientId !== undefined && { clientId }) };
  };
  emitter.on('backchannel.error', (ctx: KoaContextWithOIDC, error: ProviderError, client: { clientId: string }) =>
    log.info({ ...describe('backchannel.error', ctx), clientId: client.clientId, error: error.name }, MESSAGE),
  );
  emitter.on('server_error', (ctx: KoaContextWithOIDC, error: Error) => {
    if (error instanceof StorageUnavailable)
      log.warn({ ...describe('server_error', ctx), error: error.code, detail: error.reason }, MESSAGE);
    else log.error({ ...describe('server_error', ctx), error }, MESSAGE);
  });
}
