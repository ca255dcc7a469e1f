/** Logs what oidc-provider reports, in event names and error codes: never a token, a code, a path or a query. */
import type Provider from 'oidc-provider';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Log, LogFields } from '../ports/log.ts';
import { StorageUnavailable } from '../storage/driver.ts';
import { requestOf } from './request.ts';

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
  'pushed_authorization_request.error',
  'discovery.error',
  'jwks.error',
] as const;

const SUCCESS_EVENTS = ['authorization.success', 'grant.success', 'end_session.success', 'interaction.ended'] as const;

function describe(event: string, ctx: KoaContextWithOIDC, error?: ProviderError): LogFields {
  const clientId = ctx.oidc?.client?.clientId;
  return {
    event,
    ...(clientId !== undefined && { clientId }),
    ...(error?.error !== undefined && { error: error.error }),
    // oidc-provider's own reason, which clients do not see.
    ...(error?.error_detail !== undefined && { detail: error.error_detail }),
  };
}

/** A retried refresh, and a JWT at introspection or revocation, get another answer from the middleware behind. */
function isAnsweredBehind(ctx: KoaContextWithOIDC, { error }: ProviderError): boolean {
  return requestOf(ctx).cachedTokenResponse !== undefined || error === 'unsupported_token_type';
}

/** Listeners run inside the request: a slow or throwing one would break it. */
export function reportEvents(provider: Provider, log: Log): void {
  const emitter = provider as unknown as { on(event: string, listener: (...args: never[]) => void): void };
  for (const event of ERROR_EVENTS) {
    emitter.on(event, (ctx: KoaContextWithOIDC, error: ProviderError) => {
      if (!isAnsweredBehind(ctx, error)) log.info(describe(event, ctx, error), MESSAGE);
    });
  }
  for (const event of SUCCESS_EVENTS) {
    emitter.on(event, (ctx: KoaContextWithOIDC) => void requestOf(ctx).events.push(event));
  }
  emitter.on('backchannel.error', (ctx: KoaContextWithOIDC, error: ProviderError, client: { clientId: string }) =>
    log.info({ ...describe('backchannel.error', ctx), clientId: client.clientId, error: error.name }, MESSAGE),
  );
  emitter.on('server_error', (ctx: KoaContextWithOIDC, error: Error) => {
    if (error instanceof StorageUnavailable)
      log.warn({ ...describe('server_error', ctx), error: error.code, detail: error.reason }, MESSAGE);
    else log.error({ ...describe('server_error', ctx), error }, MESSAGE);
  });
}
