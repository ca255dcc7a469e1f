/** What is fetched for a client_id that is an address, how often, and what comes of it. */
import { once } from 'node:events';
import net from 'node:net';
import test from 'ava';
import got from 'got';
import { createScope } from '../../src/domain/scopes/scopes.ts';
import { createOutsideDispatcher } from '../../src/provider/protection/outgoing-calls.ts';
import { en } from '../../src/web/pages/words/en.ts';
import { ManualClock } from '../support/clock.ts';
import { newVisitor, obtainCode, ownProvider, redeem, sharedProvider } from '../support/provider-fixture.ts';
import { appOf, CALLBACK } from '../support/relying-party.ts';
import { answerJson, clientAt, startDocuments } from './documents.ts';

const documents = await startDocuments();
const inside = await startDocuments();
const clock = new ManualClock();
const { latchkey, newApp } = await sharedProvider({ clock, environment: { OUTBOUND_ALLOW_PRIVATE: documents.origin } });
test.after.always(() => Promise.all([documents.stop(), inside.stop()]));

const appAt = (clientId: string) =>
  appOf(latchkey, { client_id: clientId, token_endpoint_auth_method: 'none', client_secret: '' });

const requestOf = (clientId: string) => appAt(clientId).request({ prompt: 'none' }).url;

const open = (clientId: string) => newVisitor().open(requestOf(clientId));

const timesAsked = (clientId: string): number => documents.asked.filter((path) => clientId.endsWith(path)).length;

const usual = (address: string) => ({ client_id: address, redirect_uris: [CALLBACK] });

const MARK = '<b>planted</b>';

/** Each with what the page says of it. */
const unreadable: Readonly<Record<string, readonly [RegExp, string]>> = {
  'another status': [/the status 404/, documents.answering((response) => response.writeHead(404).end())],
  'a redirect': [
    /the status 302/,
    documents.answering((response) => response.writeHead(302, { location: `${inside.origin}/app-1` }).end()),
  ],
  'a redirect that keeps the method': [
    /the status 307/,
    documents.answering((response) => response.writeHead(307, { location: `${inside.origin}/app-1` }).end()),
  ],
  'another content type': [
    /content type/,
    documents.answering((response, address) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end(JSON.stringify(usual(address))),
    ),
  ],
  'what is not JSON': [
    /it is not JSON/,
    documents.answering((response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{')),
  ],
  'a list': [/no JSON object/, documents.answering((response) => answerJson(response, []))],
  'the document of another': [
    /not the address that it is at/,
    documents.answering((response) => answerJson(response, usual('https://elsewhere.example/app'))),
  ],
  'a document of more than 5 KB': [
    /longer than 5120 bytes/,
    documents.answering((response, address) => answerJson(response, { ...usual(address), x: 'x'.repeat(5200) })),
  ],
  'a secret': [
    /client_secret/,
    documents.answering((response, address) => answerJson(response, { ...usual(address), client_secret: MARK })),
  ],
  'authentication by a secret': [
    /none or private_key_jwt/,
    documents.answering((response, address) =>
      answerJson(response, { ...usual(address), token_endpoint_auth_method: 'client_secret_basic' }),
    ),
  ],
  'no redirect URI': [
    /redirect_uris/,
    documents.answering((response, address) => answerJson(response, { client_id: address })),
  ],
  'a redirect URI of another scheme': [
    /redirect_uris/,
    documents.answering((response, address) =>
      answerJson(response, { ...usual(address), redirect_uris: [`javascript:${MARK}`] }),
    ),
  ],
  'members of another shape': [
    /redirect_uris|not valid/,
    documents.answering((response, address) => answerJson(response, { ...usual(address), redirect_uris: { a: MARK } })),
  ],
  'a logo without https': [
    /logo_uri must use https/,
    documents.answering((response, address) => answerJson(response, { ...usual(address), logo_uri: `http://${MARK}` })),
  ],
  'what nothing here enforces': [
    /userinfo_signed_response_alg is not accepted/,
    documents.answering((response, address) =>
      answerJson(response, { ...usual(address), userinfo_signed_response_alg: 'RS256' }),
    ),
  ],
};

for (const [name, [says, id]] of Object.entries(unreadable)) {
  test.serial(
    `${name}: the person reads why, the app gets nothing, and for a minute it is not fetched again`,
    async (t) => {
      const page = await open(id);
      t.is(page.status, 400);
      t.regex(page.body, says);
      t.true(page.body.includes(en.error.kinds.document.developers));
      t.notRegex(page.body, /planted|client show/);
      const again = await open(id);
      t.is(again.status, 400);
      t.regex(again.body, /a moment ago/);
      t.true(again.body.includes(en.error.kinds.document.developers));
      t.is(timesAsked(id), 1);
      t.deepEqual(inside.asked, []);
    },
  );
}

const PLANTED = 'YOUR-ACCOUNT-IS-LOCKED-call-555-0100';
const planting: readonly Readonly<Record<string, unknown>>[] = [
  { redirect_uris: [`https://evil.example/${PLANTED}?code=1`] },
  { redirect_uris: [`http://evil.example/${PLANTED}/${'x'.repeat(200)}`] },
  { redirect_uris: [`https://EVIL.example/${PLANTED}`] },
  { redirect_uris: [`https://evil.example/${PLANTED}/\u00fc`] },
  { redirect_uris: [`javascript:${PLANTED}\u00a0`] },
  { client_uri: `https://evil.example:0/${PLANTED}` },
  { 'client_uri#de': `https://evil.example:99999/${PLANTED}` },
  { tos_uri: `https://evil.example./a b ${PLANTED}` },
  { application_type: PLANTED },
  { response_types: [PLANTED] },
  { grant_types: [PLANTED], response_types: [] },
  { scope: PLANTED, require_signed_request_object: PLANTED },
  { subject_type: PLANTED, id_token_signed_response_alg: PLANTED },
  { jwks: { keys: [{ kty: PLANTED, d: PLANTED }] } },
  { default_max_age: PLANTED, default_acr_values: PLANTED },
  { initiate_login_uri: `https://evil.example/a b${PLANTED}` },
];

test.serial('what is wrong with a document is said without a word of it', async (t) => {
  for (const metadata of planting) {
    const { body, status } = await open(documents.publish(metadata));
    t.is(status, 400);
    t.regex(body, /client_id metadata document cannot be used|login_required/, JSON.stringify(metadata));
    t.notRegex(body, /555-0100/, JSON.stringify(metadata));
  }
});

test.serial('what a document becomes when it is written anew may be longer than it is', async (t) => {
  const numbers = Array.from({ length: 900 }, () => '1e20').join(',');
  const id = documents.answering((response, address) =>
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(`{"client_id":"${address}","redirect_uris":["${CALLBACK}"],"jwks":{"keys":[],"x":[${numbers}]}}`),
  );
  t.regex((await open(id)).body, /login_required/);
});

test.serial(
  'while the server of a document is in trouble, programs are told to come back: tokens live on',
  async (t) => {
    let trouble = 0;
    const id = documents.answering((response, address) =>
      trouble > 0
        ? response.writeHead(trouble).end()
        : answerJson(response, { ...usual(address), grant_types: ['authorization_code', 'refresh_token'] }),
    );
    const app = appAt(id);
    const code = await obtainCode(app, { scope: 'openid offline_access', prompt: 'consent' });
    const { body: tokens } = await redeem(app, code);
    const refresh = () => app.token({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' });
    await createScope({ name: 'ranks', claims: ['rank'], description: 'See your rank' }, latchkey.installation);
    await latchkey.follow();
    trouble = 503;
    const headers = { authorization: `Bearer ${tokens.access_token}` };
    for (const answer of [
      await refresh(),
      await got(`${latchkey.issuer}/me`, { headers, throwHttpErrors: false }),
      await app.post('/token/introspection', { token: tokens.access_token ?? '' }),
      await app.post('/token/revocation', { token: tokens.refresh_token ?? '' }),
    ]) {
      t.is(answer.statusCode, 503);
      t.regex(JSON.stringify(answer.body), /temporarily_unavailable/);
      t.is(answer.headers['retry-after'], '10');
    }
    t.is(timesAsked(id), 2);
    trouble = 404;
    clock.advance(11);
    t.is((await refresh()).body.error, 'invalid_client');
    trouble = 0;
    clock.advance(61);
    t.is((await refresh()).statusCode, 200);
  },
);

test.serial('what could not be used is fetched again after a minute', async (t) => {
  let isBroken = true;
  const id = documents.answering((response, address) =>
    isBroken ? response.writeHead(500).end() : answerJson(response, usual(address)),
  );
  t.is((await open(id)).status, 400);
  isBroken = false;
  clock.advance(61);
  t.regex((await open(id)).body, /login_required/);
});

test.serial('one document is fetched once for many requests at once', async (t) => {
  const id = documents.publish();
  const pages = await Promise.all(Array.from({ length: 8 }, () => open(id)));
  for (const { body } of pages) t.regex(body, /login_required/);
  t.is(timesAsked(id), 1);
});

test.serial('a server that never answers, or never ends, is waited for two seconds in all', async (t) => {
  const silent = documents.answering(() => undefined);
  const endless = documents.answering((response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const dripping = setInterval(() => response.write(' '), 50);
    response.on('close', () => clearInterval(dripping));
  });
  const begun = performance.now();
  for (const { status, body } of await Promise.all([open(silent), open(endless)])) {
    t.is(status, 400);
    t.regex(body, /nothing could be read from its address within two seconds/);
  }
  t.true(performance.now() - begun < 6000);
});

/** One server inside, under each of its names: none is exempt. */
const port = new URL(inside.origin).port;
const insideByName = `https://localhost:${port}/app-1`;

test.serial('a name that leads inside is not asked for anything', async (t) => {
  const { body, status } = await open(insideByName);
  t.is(status, 400);
  t.regex(body, /nothing could be read/);
  t.deepEqual(inside.asked, []);
});

async function listening() {
  let connections = 0;
  const server = net.createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as net.AddressInfo).port, count: () => connections };
}

test.serial(
  'a port inside is not even connected to, and one that is closed is told of in the same words',
  async (t) => {
    const { server, port: reachable, count } = await listening();
    const pages = [await open(`https://localhost:${reachable}/x`), await open('https://localhost:1/x')];
    for (const { body } of pages) t.regex(body, /nothing could be read from its address within two seconds/);
    server.close();
    t.is(count(), 0);
  },
);

test('no outgoing call reaches a host that is an address inside, however it is written', async (t) => {
  const { server, port: reachable, count } = await listening();
  const dispatcher = createOutsideDispatcher();
  for (const host of ['127.0.0.1', '[::ffff:127.0.0.1]', '[::1]', '[64:ff9b::7f00:1]', '[fe80::1]', '10.0.0.1'])
    await t.throwsAsync(fetch(`http://${host}:${reachable}/`, { dispatcher } as RequestInit), undefined, host);
  server.close();
  t.is(count(), 0);
});

const never = [
  `https://127.0.0.1:${port}/app-1`,
  `https://2130706433:${port}/app-1`,
  `https://0x7f.1:${port}/app-1`,
  `https://127.1:${port}/app-1`,
  `https://[::1]:${port}/app-1`,
  `https://[::ffff:127.0.0.1]:${port}/app-1`,
  `https://[::ffff:7f00:1]:${port}/app-1`,
  `https://①②⑦.0.0.1:${port}/app-1`,
  `https://LOCALHOST:${port}/app-1`,
  `https://localhost.:${port}/app-1`,
  `https://user@localhost:${port}/app-1`,
  `https://localhost:${port}/x/../app-1`,
  `https://localhost:${port}/x/%2e%2e/app-1`,
  `https://localhost:${port}/app-1#fragment`,
  `https://localhost:${port}\\app-1`,
  `https://localhost:${port}`,
  `https://localhost:${port}/${'x'.repeat(250)}`,
  `http://localhost:${port}/app-1`,
];

for (const id of never) {
  test.serial(`no document can be at ${id.slice(0, 50)}: nothing is fetched`, async (t) => {
    const { body, status } = await open(id);
    t.is(status, 400);
    t.regex(body, /client is invalid/);
    t.deepEqual(inside.asked, []);
  });
}

test.serial('an address has a budget for what must be fetched: then 429, and what is known goes on', async (t) => {
  const known = documents.publish();
  const user = newVisitor();
  t.regex((await user.open(requestOf(known))).body, /login_required/);
  for (let count = 1; count < 30; count += 1) await user.open(requestOf(documents.publish()));
  const id = documents.publish();
  const page = await user.open(requestOf(id));
  t.is(page.status, 429);
  t.truthy(page.headers['retry-after']);
  t.is(timesAsked(id), 0);
  t.regex((await user.open(requestOf(known))).body, /login_required/);
  for (const wrong of never) t.is((await user.open(requestOf(wrong))).status, 400);
  t.is(
    latchkey.logged.filter(({ event, reason }) => event === 'request.throttled' && reason === 'metadata_document')
      .length,
    1,
  );
  t.regex((await open(id)).body, /login_required/);
});

test.serial(
  'a page of somebody else fetches no document by what it is made of: browsers must be sent there',
  async (t) => {
    for (const [path, mode] of [
      ['auth', 'no-cors'],
      ['auth', 'cors'],
      ['session/end', 'no-cors'],
    ]) {
      const id = documents.publish();
      const address = `${latchkey.issuer}/${path}${new URL(requestOf(id)).search}`;
      const headers = { 'sec-fetch-mode': mode, 'sec-fetch-dest': 'image', 'sec-fetch-site': 'cross-site' };
      const { statusCode } = await got(address, { headers, throwHttpErrors: false });
      t.is(statusCode, 400);
      t.is(timesAsked(id), 0);
      await got(address, { headers: { 'sec-fetch-mode': 'navigate' }, throwHttpErrors: false });
      t.is(timesAsked(id), 1);
    }
  },
);

test.serial('what one provider could not use, another on the same database does not fetch', async (t) => {
  const id = documents.answering((response) => response.writeHead(500).end());
  await open(id);
  const error = await t.throwsAsync(clientAt(latchkey.installation, id));
  t.regex((error as { error_description?: string }).error_description ?? '', /a moment ago/);
  t.is(timesAsked(id), 1);
});

test.serial('whoever signs out is signed out, whatever has become of the document of an app', async (t) => {
  let isGone = false;
  const id = documents.answering((response, address) =>
    isGone ? response.writeHead(404).end() : answerJson(response, usual(address)),
  );
  const { user } = await obtainCode(appAt(id), { scope: 'openid' });
  isGone = true;
  // With a new provider goes what the one before had kept.
  await createScope({ name: 'teams', claims: ['team'], description: 'See your team' }, latchkey.installation);
  await latchkey.follow();
  const signedOut = await user.submit(await user.open(`${latchkey.issuer}/session/end`), 'logout-confirm');
  t.is(signedOut.status, 200);
  t.is(timesAsked(id), 2);
  t.regex((await user.open((await newApp()).request({ prompt: 'none' }).url)).url, /error=login_required/);
});

test.serial('with METADATA_DOCUMENTS=off an address is no client, and nothing is fetched', async (t) => {
  const off = await ownProvider(t, {
    environment: { METADATA_DOCUMENTS: 'off', OUTBOUND_ALLOW_PRIVATE: documents.origin },
  });
  const id = documents.publish();
  const query = new URL(requestOf(id)).search;
  const page = await newVisitor().open(`${off.latchkey.issuer}/auth${query}`);
  t.regex(page.body, /client is invalid/);
  t.is(timesAsked(id), 0);
  const discovery = await (await fetch(`${off.latchkey.issuer}/.well-known/openid-configuration`)).text();
  t.notRegex(discovery, /client_id_metadata_document_supported/);
});
