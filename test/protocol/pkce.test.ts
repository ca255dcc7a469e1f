/** A request without a code challenge: which clients may, and what the others are told. */
import test from 'ava';
import { newVisitor, sharedProvider, toldApp } from '../support/provider-fixture.ts';
import type { App } from '../support/relying-party.ts';

const { newApp } = await sharedProvider();

interface Told {
  readonly error?: unknown;
  readonly error_description?: unknown;
}

const WITHOUT = { code_challenge: '', code_challenge_method: '' };

const doors: Readonly<Record<string, (app: App) => Promise<Told>>> = {
  '/auth': async (app) => toldApp(await newVisitor().open(app.request(WITHOUT).url)),
  'a pushed request': async (app) => {
    const { searchParams } = new URL(app.request(WITHOUT).url);
    return (await app.post('/request', Object.fromEntries(searchParams))).body;
  },
};

/** The metadata of a client, and what its developer reads. */
const told: Readonly<
  Record<string, readonly [metadata: Readonly<Record<string, unknown>>, hint: RegExp, other: RegExp]>
> = {
  'a confidential client': [{}, /require_pkce.*--no-pkce/, /public|native/],
  'one that sends its secret in the body': [
    { token_endpoint_auth_method: 'client_secret_post' },
    /--no-pkce/,
    /public/,
  ],
  'one that says so itself': [{ require_pkce: true }, /--no-pkce/, /public/],
  'a public client': [{ token_endpoint_auth_method: 'none' }, /public client/, /pkce/],
  'a native app with a secret': [{ application_type: 'native' }, /native app/, /pkce/],
  'a public native app': [{ application_type: 'native', token_endpoint_auth_method: 'none' }, /public client/, /pkce/],
};

for (const [door, come] of Object.entries(doors)) {
  for (const [who, [metadata, hint, other]] of Object.entries(told)) {
    test(`${who} without a code challenge is told of it, and of the way out if there is one: ${door}`, async (t) => {
      const { error, error_description: description } = await come(await newApp(metadata));
      t.is(error, 'invalid_request');
      t.regex(String(description), /^code_challenge is missing/);
      t.regex(String(description), hint);
      t.notRegex(String(description), other);
      // RFC 6749 5.2
      t.regex(String(description), /^[\x20-\x21\x23-\x5B\x5D-\x7E]+$/);
    });
  }

  test(`a confidential client that need not send one is taken without: ${door}`, async (t) => {
    const app = await newApp({ require_pkce: false });
    const goesOn = (await newVisitor().open(app.request(WITHOUT).url)).body.includes('login-submit');
    t.is(door === '/auth' ? goesOn : (await come(app)).error === undefined, true);
  });
}
