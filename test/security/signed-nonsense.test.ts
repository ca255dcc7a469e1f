/** A good signature does not make sense of what is signed: odd claims are refused, and are no fault. */
import test from 'ava';
import got from 'got';
import { newKeyedApp } from '../protocol/client-assertions.ts';
import { newDpopKey } from '../protocol/dpop-proofs.ts';
import { newVisitor, obtainCode, redeem, sharedProvider, toldApp } from '../support/provider-fixture.ts';
import { CALLBACK } from '../support/relying-party.ts';
import { newSigningApp, requestObject } from '../support/request-doors.ts';

const fixture = await sharedProvider({ environment: { BUDGET_FACTOR: '1000' } });
const { issuer, logged } = fixture.latchkey;
const service = { grant_types: ['client_credentials'], response_types: [], redirect_uris: [] };

const oddValues: readonly unknown[] = [
  ...[
    null,
    true,
    false,
    0,
    -1,
    0.5,
    1e15,
    1e18,
    1e300,
    Number.MAX_SAFE_INTEGER,
    '',
    'text',
    '\u0000',
    'x'.repeat(5000),
  ],
  ...[[], [1], ['text', {}], {}, { a: 1 }, { toString: 'x' }, '\ud83d\ude00', '__proto__'],
];

for (const claim of ['iss', 'sub', 'aud', 'exp', 'iat', 'nbf', 'jti', 'client_id', 'unheard_of']) {
  test(`a client assertion with an odd ${claim} is no fault`, async (t) => {
    const keyed = await newKeyedApp(fixture, service);
    for (const value of oddValues) {
      const assertion = await keyed.assertion({ [claim]: value });
      const { statusCode } = await keyed.post('/token', assertion, { grant_type: 'client_credentials' });
      t.true(statusCode < 500, `${JSON.stringify(value)}: ${statusCode}`);
    }
  });
}

for (const claim of ['htm', 'htu', 'jti', 'iat', 'ath', 'nonce', 'exp', 'nbf']) {
  test(`a DPoP proof with an odd ${claim} is no fault`, async (t) => {
    const [app, key] = [await fixture.newApp(), await newDpopKey()];
    const { body } = await redeem(app, await obtainCode(app));
    for (const value of oddValues) {
      const address = `${issuer}/me`;
      const options = { method: 'GET', address, accessToken: body.access_token, claims: { [claim]: value } };
      const headers = { authorization: `DPoP ${body.access_token}`, dpop: await key.proof(options) };
      const { statusCode } = await got(address, { headers, throwHttpErrors: false, retry: { limit: 0 } });
      t.true(statusCode >= 400 && statusCode < 500, `${JSON.stringify(value)}: ${statusCode}`);
    }
  });
}

/** Of a request object parameters are made: as texts, some of them lists. */
const oddParameters: readonly unknown[] = [
  null,
  true,
  -1,
  1e300,
  '\u0000',
  [],
  [1],
  [['text']],
  {},
  { toString: 'x' },
  [{ toString: 1 }],
];
const requestMembers = [
  ...['iss', 'aud', 'exp', 'iat', 'nbf', 'jti', 'sub', 'client_id', 'redirect_uri', 'response_type', 'response_mode'],
  ...[
    'scope',
    'state',
    'nonce',
    'prompt',
    'max_age',
    'claims',
    'resource',
    'login_hint',
    'id_token_hint',
    'acr_values',
  ],
  ...['code_challenge', 'code_challenge_method', 'dpop_jkt', 'ui_locales', 'display', 'request', 'unheard_of', 'typ'],
];

for (const member of requestMembers) {
  test(`a request object with an odd ${member} is no fault, by value and pushed`, async (t) => {
    const app = await newSigningApp(fixture);
    const usual = Object.fromEntries(new URL(app.request().url).searchParams);
    for (const value of oddParameters) {
      const request = await requestObject(issuer, app, { ...usual, [member]: value });
      const query = new URLSearchParams({ client_id: app.client.client_id, request });
      const page = await newVisitor().open(`${issuer}/auth?${query}`);
      t.true(page.status < 500, `${JSON.stringify(value)}: ${page.status}`);
      if (page.url.startsWith(CALLBACK)) t.not(toldApp(page).error, 'server_error', JSON.stringify(value));
      const { statusCode, body } = await app.post('/request', { request });
      t.true(statusCode < 500, `${JSON.stringify(value)}: ${JSON.stringify(body)}`);
    }
  });
}

test.after('nothing of it was a fault in the log', (t) => {
  t.deepEqual(
    logged.filter(({ level }) => level === 'error'),
    [],
  );
});
