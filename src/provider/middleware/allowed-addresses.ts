/** ALLOWED_IPS: from which addresses tokens are introspected and clients registered. */
import type { Middleware } from 'koa';
import { type AddressRange, addressesWithin } from '../../config/config.ts';
import { addressNotAllowed } from '../protection/status-error.ts';
import { noteFor } from '../request.ts';

/** oidc-provider's router takes any case and one slash at the end, and nothing percent-encoded. */
function boundRoute(path: string): string | undefined {
  const plain = path.toLowerCase().replace(/\/$/, '');
  if (plain === '/token/introspection') return 'introspection';
  return plain === '/reg' || plain.startsWith('/reg/') ? 'registration' : undefined;
}

export function allowedAddresses(ranges: readonly AddressRange[]): Middleware {
  const isAllowed = addressesWithin(ranges);
  return (ctx, next) => {
    const endpoint = boundRoute(ctx.path);
    if (ranges.length === 0 || endpoint === undefined || isAllowed(ctx.ip)) return next();
    noteFor(ctx)('request.refused', 'address_not_allowed', { endpoint });
    const { status, error, error_description } = addressNotAllowed();
    ctx.status = status;
    ctx.set('Cache-Control', 'no-store');
    ctx.body = { error, error_description };
    return undefined;
  };
}
