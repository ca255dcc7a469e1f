/** Lets every later step see the issuer's host and scheme, and the caller's true address, whatever the headers say. */
import { BlockList, isIP } from 'node:net';
import type { Middleware } from 'koa';
import type { AddressRange } from '../../config/config.ts';

const MAX_FORWARDED_ENTRIES = 20;

/** Whether an address, as a socket names it, is that of a trusted proxy. */
export function trustedList(ranges: readonly AddressRange[]): (address: string) => boolean {
  const list = new BlockList();
  for (const { address, prefix, family } of ranges) list.addSubnet(address, prefix, family);
  return (address) => {
    const bare = plain(address);
    return list.check(bare, isIP(bare) === 6 ? 'ipv6' : 'ipv4');
  };
}

/** An IPv4 caller on a dual-stack listener arrives as ::ffff:192.0.2.1. */
function plain(address: string): string {
  return address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address;
}

/** The first address, seen from here, that no trusted proxy vouches for. */
function callerAddress(remote: string, forwardedFor: string, isTrusted: (address: string) => boolean): string {
  const hops = forwardedFor
    .split(',')
    .slice(-MAX_FORWARDED_ENTRIES)
    .map((entry) => plain(entry.trim()));
  let caller = remote;
  while (isTrusted(caller)) {
    const before = hops.pop();
    if (before === undefined || isIP(before) === 0) break;
    caller = before;
  }
  return caller;
}

/** RFC 9112 3.2.2: a request target may name host and scheme as well; what they are is not for it to say. */
function pathOf(target: string): string | undefined {
  if (target.startsWith('/')) return target;
  const address = URL.parse(target);
  return address?.pathname.startsWith('/') ? `${address.pathname}${address.search}` : undefined;
}

/**
 * oidc-provider derives endpoint addresses, accepted audiences and DPoP `htu` from host and scheme of the request.
 * They are rewritten, never refused: health checks and instances behind one issuer come by other names.
 */
export function pinToIssuer(issuer: string, isTrusted: (address: string) => boolean): Middleware {
  const { host, protocol } = new URL(issuer);
  return (ctx, next) => {
    const path = pathOf(ctx.req.url ?? '');
    if (path === undefined) return ctx.throw(400, 'the address is malformed');
    ctx.req.url = path;
    // oidc-provider builds addresses from this one; Koa keeps it twice.
    ctx.request.originalUrl = path;
    ctx.originalUrl = path;
    const { headers, socket } = ctx.req;
    const forwardedFor = headers['x-forwarded-for'];
    const remote = plain(socket.remoteAddress ?? '');
    headers['x-forwarded-for'] = callerAddress(remote, [forwardedFor ?? []].flat().join(','), isTrusted);
    headers['x-forwarded-proto'] = protocol.slice(0, -1);
    headers.host = host;
    delete headers['x-forwarded-host'];
    return next();
  };
}
