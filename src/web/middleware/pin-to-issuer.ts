/** Lets every later step see the issuer's host and scheme, and the caller's true address, whatever the headers say. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Middleware } from 'koa';
import { plainAddress } from '../../config/config.ts';
import type { Log } from '../../ports/log.ts';
import { requestOf } from '../../provider/request.ts';
import { createCallerReader } from './caller-address.ts';

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
export function pinToIssuer(
  issuer: string,
  isTrusted: (address: string) => boolean,
  log: Pick<Log, 'warn'>,
): Middleware {
  const { host, protocol } = new URL(issuer);
  const readCaller = createCallerReader(isTrusted, log);
  return (ctx, next) => {
    const path = pathOf(ctx.req.url ?? '');
    if (path === undefined) return ctx.throw(400, 'the address is malformed');
    ctx.req.url = path;
    // oidc-provider builds addresses from this one; Koa keeps it twice.
    ctx.request.originalUrl = path;
    ctx.originalUrl = path;
    const { headers, socket } = ctx.req;
    const caller = readCaller(ctx.req);
    requestOf(ctx).givenHost = headers.host;
    removeForwarding(headers, isTrusted(plainAddress(socket.remoteAddress ?? '')));
    headers['x-forwarded-for'] = caller;
    headers['x-forwarded-proto'] = protocol.slice(0, -1);
    headers.host = host;
    return next();
  };
}
