/** Every form in which a request can name another host, scheme or address than the issuer's: for whatever builds an address. */

export const EVIL = 'evil.example';

/** By name, as headers of a request. A name that stands twice is sent twice. */
export const forwardingForms: Readonly<Record<string, Readonly<Record<string, string | string[]>>>> = {
  Host: { host: EVIL },
  'Host with a port': { host: `${EVIL}:8443` },
  'Host that begins as the issuer': { host: `localhost.${EVIL}` },
  'Host with user information': { host: `localhost@${EVIL}` },
  'Host of a number': { host: '203.0.113.9' },
  'Host of IPv6': { host: '[2001:db8::9]:80' },
  'Host in capitals': { host: EVIL.toUpperCase() },
  Forwarded: { forwarded: `host=${EVIL};proto=https` },
  'Forwarded in quotes': { forwarded: `for=192.0.2.1;host="${EVIL}:443";proto=https` },
  'Forwarded with several elements': { forwarded: `host=localhost, host=${EVIL}` },
  'Forwarded twice': { forwarded: ['host=localhost', `host=${EVIL}`] },
  'X-Forwarded-Host': { 'x-forwarded-host': EVIL },
  'X-Forwarded-Host as a list': { 'x-forwarded-host': `localhost, ${EVIL}` },
  'X-Forwarded-Host twice': { 'x-forwarded-host': ['localhost', EVIL] },
  'X-Forwarded-Host with underscores': { x_forwarded_host: EVIL },
  'X-Forwarded-Proto': { 'x-forwarded-proto': 'https' },
  'X-Forwarded-Proto that is a script': { 'x-forwarded-proto': 'javascript' },
  'X-Forwarded-Port': { 'x-forwarded-port': '8443' },
  'X-Forwarded-Server': { 'x-forwarded-server': EVIL },
  'X-Forwarded-Prefix': { 'x-forwarded-prefix': '/evil' },
  'X-Forwarded-Scheme': { 'x-forwarded-scheme': 'https', 'x-scheme': 'https', 'x-forwarded-ssl': 'on' },
  'X-Original-URL': { 'x-original-url': `https://${EVIL}/` },
  'X-Rewrite-URL': { 'x-rewrite-url': `https://${EVIL}/` },
  'X-Original-Host': { 'x-original-host': EVIL },
  'X-Host': { 'x-host': EVIL, 'x-http-host-override': EVIL, 'http-host': EVIL },
  Referer: { referer: `https://${EVIL}/`, 'x-wap-profile': `https://${EVIL}/` },
  'all at once': {
    ...{ host: EVIL, forwarded: `host=${EVIL}`, 'x-forwarded-host': EVIL, 'x-forwarded-proto': 'https' },
    ...{ 'x-forwarded-port': '1', 'x-forwarded-server': EVIL, 'x-original-url': `https://${EVIL}/x` },
  },
};

/** Request targets that name host and scheme beside the path (RFC 9112 3.2.2). */
export const absoluteTargets: readonly ((path: string) => string)[] = [
  (path) => `http://${EVIL}${path}`,
  (path) => `https://${EVIL}:8443${path}`,
  (path) => `https://localhost@${EVIL}${path}`,
  (path) => `HTTP://${EVIL.toUpperCase()}${path}`,
];
