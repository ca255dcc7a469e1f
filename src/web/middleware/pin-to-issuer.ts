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

/** Who cannot be told from anybody else: within no range, and all of them have one budget. Never the proxy's own address. */
const UNREADABLE = 'unreadable';
const WITH_PORT = /^(?:\[(?<v6>[^\]]*)\](?::\d{1,5})?|(?<v4>[\d.]+):\d{1,5})$/;

/** Proxies write a bare address, or as RFC 7239 6 has it: with a port, an IPv6 address in brackets, in quotes. */
function addressOf(entry: string): string {
  const unquoted = entry.replace(/^"(.*)"$/, '$1').trim();
  const { v6, v4 } = WITH_PORT.exec(unquoted)?.groups ?? {};
  const address = plainAddress(v6 ?? v4 ?? unquoted);
  return isIP(address) === 0 ? UNREADABLE : address;
}

/** Empty elements of a list count for nothing (RFC 9110 5.6.1.2), but a header that names nobody is not one that is missing. */
function hopsOf(forwardedFor: string | undefined): string[] {
  if (forwardedFor === undefined) return [];
  const entries = forwardedFor.split(',').map((entry) => entry.trim());
  const named = entries.filter((entry) => entry !== '').slice(-MAX_FORWARDED_ENTRIES);
  return named.length === 0 ? [UNREADABLE] : named.map(addressOf);
}

/** The first address, seen from here, that no trusted proxy vouches for. */
function callerAddress(remote: string, hops: string[], isTrusted: (address: string) => boolean): string {
  let caller = remote;
  while (isTrusted(caller)) {
    const before = hops.pop();
    if (before === undefined) break;
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
    // Node joins what was sent as several lines.
    const forwardedFor = headers['x-forwarded-for']?.toString();
    const remote = plainAddress(socket.remoteAddress ?? '');
    removeForwarding(headers, isTrusted(remote));
    headers['x-forwarded-for'] = callerAddress(remote, hopsOf(forwardedFor), isTrusted);
    headers['x-forwarded-proto'] = protocol.slice(0, -1);
    headers.host = host;
    return next();
  };
}
