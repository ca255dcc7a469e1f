/** Every error of every door names its page, and the page is there: a door is a route with a method, whoever answers there. */
import test, { type ExecutionContext } from 'ava';
import got, { type Method, type Response } from 'got';
import { systemClock } from '../../src/ports/clock.ts';
import { paths, providerRoutes } from '../../src/provider/routes.ts';
import { StorageUnavailable } from '../../src/storage/driver.ts';
import { createOpsApp } from '../../src/web/app.ts';
import { explanations } from '../../src/web/docs/error-pages.ts';
import { serve } from '../pages/serve.ts';
import { pluggedFeatures } from '../support/plugged-features.ts';
import { ownProvider, sharedProvider } from '../support/provider-fixture.ts';
import { type FailingStorage, failingStorage } from './failing-storage.ts';
import { toldBy } from './told.ts';

const storage = failingStorage();
const plain = await sharedProvider({
  wrapRecords: storage.wrapRecords,
  environment: { SIGN_IN_BY_MAIL: 'on' },
});

interface Door {
  readonly name: string;
  readonly path: string;
  readonly method: string;
}

const ownRoutes = plain.latchkey.routes;

const allDoors: readonly Door[] = [...providerRoutes, ...ownRoutes].flatMap(({ name, path, methods }) =>
  methods.filter((method) => method !== 'HEAD').map((method) => ({ name, path: path.replace(/:\w+/g, 'x'), method })),
);
/** Some are routes of ours and of the provider. */
const doors = [...new Map(allDoors.map((door) => [`${door.method} ${door.path}`, door])).values()];

const FORM = 'application/x-www-form-urlencoded';

interface Attempt {
  readonly method?: string;
  readonly query?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What anybody can get wrong at any address. */
const attempts: Readonly<Record<string, Attempt>> = {
  nothing: {},
  'a method that it does not have': { method: 'PATCH' },
  'a body of another kind': { body: '{}', headers: { 'content-type': 'application/json' } },
  'a body that is too large': { body: `a=${'a'.repeat(120_000)}` },
  'a parameter twice': { query: 'client_id=a&client_id=b', body: 'client_id=a&client_id=b' },
  'an unknown client': { query: 'client_id=nobody', body: 'client_id=nobody&client_secret=x' },
  'wrong credentials': { headers: { authorization: `Basic ${Buffer.from('nobody:x').toString('base64')}` } },
  'a wrong token': { headers: { authorization: 'Bearer wrong' } },
  'a wrong proof': { headers: { authorization: 'DPoP wrong', dpop: 'a.b.c' } },
  'what only we encrypt': { query: 'posted=x', body: 'posted=x' },
  'a request object that is none': { query: 'client_id=a&request=x', body: 'client_id=a&request=x' },
  'a form in another charset': { body: 'a=b', headers: { 'content-type': `${FORM}; charset=utf-16` } },
  'a form of another site': { body: 'csrf=x&xsrf=x', headers: { origin: 'https://evil.example' } },
};

function knock(issuer: string, door: Door, accept: string, attempt: Attempt): Promise<Response<string>> {
  const { method = door.method, query = '', headers, body } = attempt;
  const hasBody = body !== undefined && ['POST', 'PUT'].includes(method);
  return got(`${issuer}${door.path}${query === '' ? '' : `?${query}`}`, {
    method: method as Method,
    ...(hasBody && { body }),
    headers: { accept, ...(hasBody && { 'content-type': FORM }), ...headers },
    ...{ throwHttpErrors: false, retry: { limit: 0 }, followRedirect: false },
  });
}

/** How it fails to say where it is explained; undefined when it does, or is no error. */
function faultOf(issuer: string, answer: Response<string>): string | undefined {
  const { statusCode, headers, body } = answer;
  if (statusCode < 400 || body === '') return undefined;
  const { error = '', uri } = toldBy(answer);
  if (uri !== `${issuer}/docs/errors/${error}`) return `${statusCode} ${error}: ${uri}`;
  if (!explanations.has(error)) return `${error} is not explained`;
  for (const challenge of [headers['www-authenticate'] ?? []].flat().flatMap((all) => all.split(/, (?=DPoP |Bearer )/)))
    if (/^(?:Bearer|DPoP) .*error="/.test(challenge) && !challenge.includes(`error_uri="${uri}"`)) return challenge;
  return undefined;
}

const isReadiness = ({ name }: Door): boolean => name === 'livez' || name === 'readyz';
/** Whoever plugs in the device flow draws its pages. */
const isDrawnElsewhere = ({ name }: Door, accept: string): boolean =>
  name === 'code_verification' && accept === 'text/html';

test('every address is a door here', (t) => {
  t.deepEqual(
    [...new Set(ownRoutes.map(({ name }) => name))].toSorted(),
    [
      'account',
      'forget',
      'consent',
      'terms',
      'abort',
      'login',
      'register',
      'passkey',
      'second_factor',
      'enrol',
      'sent_code',
      'send_code',
      'mailed_code',
      'mailed_code.enter',
    ]
      .map((verb) => `interaction.${verb}`)
      .concat([
        ...['account', 'account.callback', 'account.close', 'account.email', 'account.email.cancel', 'account.name'],
        ...['account.password', 'account.proof', 'account.register'],
        ...['account.factors.app', 'account.factors.codes', 'account.factors.recovery', 'account.factors.remove'],
        ...['account.device.forget', 'account.devices.forget_all'],
        'account.factors.passkey',
        ...['account.app.revoke', 'account.session.end', 'account.sessions.end_others'],
        ...['developer', 'developer.new', 'developer.create', 'developer.client', 'developer.client.update'],
        ...['developer.client.rotate_secret', 'developer.client.remove'],
        'authorization',
        ...['invitation', 'invitation.accept', 'recover', 'reset', 'not_me'],
        'development.mail',
        'development.mails',
        'confirm',
        'confirm.password',
        'registration.again',
        'registration.code',
        'registration.waiting',
        'end_session',
        'docs.error',
        'docs.errors',
        'interaction',
        'landing',
        ...['new_address', 'new_address.confirm'],
        'livez',
        'readyz',
        'webfinger',
      ])
      .toSorted(),
  );
  for (const path of [paths.authorization, paths.end_session])
    t.true(doors.some((door) => door.path === path && door.method === 'POST'));
  t.true(doors.length > 40);
});

async function tryDoor(t: ExecutionContext, door: Door, issuer: string, failing: FailingStorage): Promise<void> {
  let failures = 0;
  const check = async (what: string, answering: Promise<Response<string>>) => {
    const answer = await answering;
    if (answer.statusCode >= 400) failures += 1;
    t.is(faultOf(issuer, answer), undefined, `${door.method} ${door.path}: ${what}`);
  };
  for (const accept of ['*/*', 'text/html']) {
    if (isDrawnElsewhere(door, accept)) continue;
    for (const [what, attempt] of Object.entries(attempts)) await check(what, knock(issuer, door, accept, attempt));
    // Readiness is no error of OAuth: it says in its own way that the database is gone.
    if (isReadiness(door)) continue;
    const known = { query: 'client_id=a', body: 'client_id=a&client_secret=b&csrf=x' };
    for (const error of [new StorageUnavailable(new Error('gone')), new Error('a fault')])
      await check(
        error.name,
        failing.during(error, () => knock(issuer, door, accept, known)),
      );
  }
  t.true(failures > 0, 'no error was seen');
}

for (const door of doors) {
  test.serial(`whatever fails at ${door.method} ${door.path} (${door.name}) names its page`, (t) =>
    tryDoor(t, door, plain.latchkey.issuer, storage),
  );
}

test.serial('so does what fails at the doors of features that are plugged in', async (t) => {
  const failing = failingStorage();
  const { latchkey } = await ownProvider(t, { wrapRecords: failing.wrapRecords, extraOptions: pluggedFeatures });
  const opened = /^(?:device|code_verification)/;
  // Without a session these show the form of the device page again, before anything is read.
  const showsForm = ({ name, method }: Door): boolean =>
    name === 'device_resume' || (name === 'code_verification' && method === 'POST');
  for (const door of doors.filter((each) => opened.test(each.name) && !showsForm(each)))
    await tryDoor(t, door, latchkey.issuer, failing);
});

test('there is no address without one either', async (t) => {
  const { issuer } = plain.latchkey;
  for (const path of ['/nowhere', '/.well-known/nothing', '/token/x', '/oauth2/token', '/assets/none.css', '//token']) {
    for (const accept of ['*/*', 'text/html']) {
      const answer = await knock(issuer, { name: '', path, method: 'GET' }, accept, {});
      t.is(answer.statusCode, 404, path);
      t.is(faultOf(issuer, answer), undefined, path);
    }
  }
});

test('the operations port names them too', async (t) => {
  const ignore = () => undefined;
  const log = { debug: ignore, info: ignore, warn: ignore, error: ignore };
  const health = {
    ping: async () => undefined,
    isWritable: async () => true,
    isStopping: () => false,
    clock: systemClock,
  };
  const issuer = 'https://id.example';
  const recorder = { record: async () => undefined };
  const elsewhere = plain.latchkey.config.trustedProxies.slice(0, 0);
  const app = createOpsApp({ config: { issuer, allowedAddresses: elsewhere }, health, log, recorder });
  await using site = await serve(...app.middleware);
  for (const [path, method, status] of [
    ['/nowhere', 'GET', 404],
    ['/livez', 'POST', 405],
    ['/', 'GET', 404],
  ] as const) {
    const answer = await site.get(path, { method });
    t.is(answer.statusCode, status);
    t.is(faultOf(issuer, answer), undefined, path);
  }
});
