/** Every route with its method, as somebody would call it who is let in: who that is, and what is right beside what is not. */
import { providerRoutes } from '../../../src/provider/routes.ts';
import { atAccount } from '../../account/fixture.ts';
import { withClient } from '../../developer/fixture.ts';
import { begins } from '../../registration/registering.ts';
import { linkDoors } from '../../support/link-doors.ts';
import { type Fixture, newVisitor } from '../../support/provider-fixture.ts';
import { ask } from '../../support/registrations.ts';
import type { Page, User } from '../../support/user.ts';
import { type Endpoint, liveEndpoints } from '../endpoints.ts';

export interface Route {
  readonly name: string;
  readonly method: string;
  readonly path: string;
}

/** Each route once: some are served by us and by oidc-provider. */
export function routesOf({ latchkey }: Fixture): readonly Route[] {
  const all = [...latchkey.routes, ...providerRoutes].flatMap(({ name, path, methods }) =>
    methods.filter((method) => method !== 'HEAD').map((method) => ({ name, method, path })),
  );
  return [...new Map(all.map((route) => [`${route.method} ${route.path}`, route])).values()];
}

/** Without a method: it is that of the route. */
export type Caller = Omit<Endpoint, 'method'>;

const BUTTON = /<button[^>]* name="([^"]*)"[^>]* value="([^"]*)"/g;
const INPUT = /<(?:input|textarea|select)[^>]* name="([^"]*)"(?:[^>]* value="([^"]*)")?/g;

/** Every field of the page, its token against other sites among them. */
function fieldsOn({ body }: Page): string {
  const found = [...body.matchAll(INPUT), ...body.matchAll(BUTTON)];
  return new URLSearchParams(found.map(([, name = '', value = '']): [string, string] => [name, value])).toString();
}

async function inBrowser(user: User, page: Page, path: string): Promise<Caller> {
  return { path, headers: [`Cookie: ${await user.jar.getCookieString(page.url)}`], parameters: fieldsOn(page) };
}

type Part = readonly [prefix: string, open: (fixture: Fixture, path: string) => Promise<Caller>];

async function atInteraction({ newApp }: Fixture, path: string): Promise<Caller> {
  const user = newVisitor();
  const page = await user.open((await newApp()).request().url);
  return inBrowser(user, page, path.replace(':uid', new URL(page.url).pathname.split('/')[2] ?? ''));
}

/** As a client that registered itself; a JSON body is made of the same parameters. */
async function atRegistration({ latchkey }: Fixture, path: string): Promise<Caller> {
  const json = { client_name: 'Self-made', redirect_uris: ['https://app.example.com/cb'] };
  const { body } = await ask(`${latchkey.issuer}/reg`, { method: 'POST', json });
  const isItself = path.includes(':clientId');
  const headers = isItself ? [`Authorization: Bearer ${body.registration_access_token}`] : [];
  const { client_id: id } = body;
  const given = {
    client_name: 'Self-made',
    redirect_uris: 'https://app.example.com/cb',
    ...(isItself && { client_id: id }),
  };
  return { path: path.replace(':clientId', id), headers, parameters: new URLSearchParams(given).toString() };
}

/** The page of a link that was mailed a moment ago. */
const atLink =
  (purpose: keyof typeof linkDoors): Part[1] =>
  async (fixture) => {
    const link = await (await linkDoors[purpose].begin(fixture)).mail();
    const user = newVisitor();
    const page = await user.open(link);
    return inBrowser(user, page, new URL(link).pathname);
  };

/** By the beginning of the route's path, the longer one first. */
const parts: readonly Part[] = [
  ['/interaction/', atInteraction],
  [
    '/developer/clients',
    async (fixture, path) => {
      const { user, page, clientId } = await withClient(fixture);
      return inBrowser(user, page, path.replace(':id', clientId));
    },
  ],
  [
    '/developer',
    async (fixture, path) => {
      const { user } = await withClient(fixture);
      return inBrowser(user, await user.open(`${fixture.latchkey.issuer}/developer/new`), path);
    },
  ],
  [
    '/account',
    async (fixture, path) => {
      const { user, page } = await atAccount(fixture);
      return inBrowser(user, page, path);
    },
  ],
  [
    '/registration/',
    async (fixture, path) => {
      const { user, waiting } = await begins(fixture);
      return inBrowser(user, waiting, path.replace(':uid', new URL(waiting.url).pathname.split('/')[2] ?? ''));
    },
  ],
  ['/reg', atRegistration],
  ['/reset', atLink('reset_password')],
  ['/confirm', atLink('confirm_registration')],
  ['/invitation', atLink('accept_invitation')],
  ['/not-me', atLink('not_me')],
  ['/new-address', atLink('change_email')],
  [
    '/recover',
    async ({ latchkey }, path) => {
      const user = newVisitor();
      return inBrowser(user, await user.open(`${latchkey.issuer}/recover`), path);
    },
  ],
];

/** Some of what they need is used up by a call: they come anew for each route that they call. */
const calledWithProof = [
  '/auth',
  '/session/end',
  '/session/end/confirm',
  '/token',
  '/token/introspection',
  '/token/revocation',
];

/** Who calls the route: a stranger, and whoever is let in. */
export async function callersOf(fixture: Fixture, { path, method }: Route): Promise<readonly Caller[]> {
  const stranger = { path: path.replace(/:\w+/g, 'x'), headers: [], parameters: '' };
  const live = [...calledWithProof, '/request', '/me'].includes(path) ? await liveEndpoints(fixture) : [];
  const callers = live.filter((endpoint) => endpoint.path === path && endpoint.method === method);
  const [, open] = parts.find(([prefix]) => path.startsWith(prefix)) ?? [];
  return [stranger, ...callers, ...(open === undefined ? [] : [await open(fixture, path)])];
}
