/** Every route there is has a caller: a program, which reads JSON, or a browser. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import test from 'ava';
import { providerRoutes, routeOptions } from '../../../src/provider/routes.ts';
import { Routes } from '../../../src/web/routes.ts';

const { routes: paths } = routeOptions() as { readonly routes: Readonly<Record<string, string>> };
const source = readFileSync(
  createRequire(import.meta.url)
    .resolve('oidc-provider')
    .replace(/index\.js$/, 'helpers/initialize_app.js'),
  'utf8',
);

/** What is written there for an address, as the address itself. */
function pathOf(text: string): string {
  const constants = new Map([...source.matchAll(/const (\w+Route) = (.+?);/g)].map(([, name, value]) => [name, value]));
  const written = constants.get(text) ?? text;
  if (written.startsWith('routes.')) return String(paths[written.slice('routes.'.length)]);
  return written.slice(1, -1).replace(/\$\{routes\.(\w+)\}/g, (_, name) => String(paths[name]));
}

const METHODS: Readonly<Record<string, readonly string[]>> = {
  get: ['HEAD', 'GET'],
  post: ['POST'],
  put: ['PUT'],
  del: ['DELETE'],
  options: ['OPTIONS'],
};

// Its own pages of a sign-in are off (options/interactions.ts), and so is POST where a setting must be set for it.
const off = /if \(enableHttpPostMethods\) \{[^}]*\}|if \(features\.devInteractions\.enabled\) \{[^}]*\}/g;

const registered = [
  ...source.replaceAll(off, '').matchAll(/\b(get|post|put|del|options)\('([\w.]+)', ([^,]+),/g),
].flatMap(([, verb = '', name = '', path = '']) =>
  (METHODS[verb] ?? []).map((method) => `${name.replace(/^cors\./, '')} ${method} ${pathOf(path)}`),
);

test('the table of oidc-provider’s routes is what oidc-provider registers, with every feature on', (t) => {
  t.true(registered.length > 40);
  const table = providerRoutes.flatMap(({ name, path, methods }) =>
    methods.map((method) => `${name} ${method} ${path}`),
  );
  t.deepEqual([...new Set(table)].sort(), [...new Set(registered)].sort());
});

test('each of them is called by programs or by browsers', (t) => {
  t.notThrows(() => new Routes([]));
});

test('a route that is in neither list starts no provider', (t) => {
  const routes = [{ name: 'new.thing', path: '/new', methods: ['GET'] }];
  t.throws(() => new Routes(routes), { instanceOf: TypeError, message: /new\.thing/ });
});

const routes = new Routes([
  { name: 'landing', path: '/', methods: ['HEAD', 'GET'] },
  { name: 'livez', path: '/livez', methods: ['HEAD', 'GET'] },
  { name: 'interaction', path: '/interaction/:uid', methods: ['HEAD', 'GET'] },
  ...providerRoutes,
]);

test('an address at or below one that programs call is theirs, however it is written', (t) => {
  const machines = [
    ...['/token', '/token/', '/TOKEN', '/Token/Introspection/', '/token//', '/token/nothing', '/token/revocation/x/y'],
    ...['/device/auth', '/device/auth/x', '/reg', '/reg/some%20client', '/backchannel', '/challenge/', '/credential'],
    ...['/me', '/me/x', '/request/urn:x', '/jwks/', '/.well-known', '/.well-known/nothing', '/livez/x'],
    ...['/.WELL-KNOWN/openid-configuration/', '/.well-known/openid-credential-issuer/x', '/tokEN/%zz'],
    ...['//token', '///token//introspection', '//.well-known/openid-configuration'],
  ];
  for (const path of machines) t.true(routes.isForMachines(path), path);
});

test('every other address is shown to browsers', (t) => {
  const pages = [
    ...['/', '', '/nowhere', '/tokens', '/tok', '//auth', '/auth', '/auth/', '/auth/token', '/authtoken', '/mexico'],
    ...['/device', '/device/x', '/device/x/auth', '/session/end', '/session/end/confirm/x', '/interaction/token/x'],
    ...['/%2Ftoken', '/x/token', '/assets/token', '/livezz', '/.well-knownx', '*', 'nonsense'],
  ];
  for (const path of pages) t.false(routes.isForMachines(path), path);
});

test('an address answers to the methods of all its routes', (t) => {
  t.deepEqual(routes.methodsAt('/reg/x'), ['HEAD', 'GET', 'PUT', 'DELETE']);
  t.deepEqual(routes.methodsAt('/ME/'), ['HEAD', 'GET', 'POST', 'OPTIONS']);
  for (const path of ['/reg/', '/reg//', '/token/x', '/nowhere', '/interaction']) {
    t.deepEqual(routes.methodsAt(path), path === '/reg/' ? ['POST'] : [], path);
  }
});
