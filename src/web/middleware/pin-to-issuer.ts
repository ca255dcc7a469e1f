/** Lets every later step see the issuer's host and scheme, and the caller's true address, whatever the headers say. */
import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import type { Middleware } from 'koa';
import { plainAddress } from '../../config/config.ts';

const MAX_FORWARDED_ENTRIES = 20;

/** First words of what proxies say about the request before them. Only `X-Forwarded-For` is ever read. */
const words = [
  ...['forwarded', 'original', 'rewrite', 'real', 'remote', 'coming', 'host', 'scheme', 'ssl', 'tls'],
  ...['client', 'cluster-client', 'true-client', 'proxy-client', 'http-client', 'http-host', 'http-method', 'method'],
  ...['amzn', 'appengine', 'arr', 'azure', 'cdn', 'cf', 'envoy', 'akamai', 'fastly', 'fly', 'nginx', 'proxyuser'],
];
const FORWARDING = new RegExp(`^(?:(?:x-)?(?:${words.join('|')})(?:-|$)|via$)`);
/** A proxy that is trusted may say which certificate it has seen (RFC 9440); a plugged-in feature may read it. */
const CERTIFICATE = /^(?:x-)?(?:ssl|tls|client-cert|amzn-mtls|arr-clientcert)/;

/** Some gateways write a hyphen as an underscore, and programs behind them cannot tell the two apart. */
function removeForwarding(headers: IncomingHttpHeaders, isFromProxy: boolean): void {
  for (const name of Object.keys(headers)) {
    const plain = name.replaceAll('_', '-');
    if (FORWARDING.test(plain) && !(isFromProxy && CERTIFICATE.test(plain))) delete headers[name];
  }
}

/** The first address, seen from here, that no trusted proxy vouches for. */
function callerAddress(remote: string, forwardedFor: string, isTrusted: (address: string) => boolean): string {
  const hops = forwardedFor
    .split(',')
    .slice(-MAX_FORWARDED_ENTRIES)
    .map((entry) => plainAddress(entry.trim()));
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
    const remote = plainAddress(socket.remoteAddress ?? '');
    removeForwarding(headers, isTrusted(remote));
    headers['x-forwarded-for'] = callerAddress(remote, [forwardedFor ?? []].flat().join(','), isTrusted);
    headers['x-forwarded-proto'] = protocol.slice(0, -1);
    headers.host = host;
    return next();
  };
}
