/** ALLOWED_IPS: from which addresses tokens are introspected and clients registered. */
import type { Middleware } from 'koa';
import { type AddressRange, addressesAllowedBy } from '../../config/config.ts';
import { answerAddressNotAllowed } from '../protection/status-error.ts';
import { noteFor } from '../request.ts';
import { paths, segmentsBelow } from '../routes.ts';

/** What is below them too, whether a handler is there or not. */
const boundEndpoints = ['introspection', 'registration'] as const;

export function allowedAddresses(ranges: readonly AddressRange[]): Middleware {
  const isAllowed = addressesAllowedBy(ranges);
  return (ctx, next) => {
    const endpoint = boundEndpoints.find((name) => segmentsBelow(paths[name], ctx.path) !== undefined);
    if (endpoint === undefined || isAllowed(ctx.ip)) return next();
    noteFor(ctx)('request.refused', 'address_not_allowed', { endpoint });
    return answerAddressNotAllowed(ctx);
  };
}
