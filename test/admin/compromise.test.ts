/** What an administrator answers a compromise with: by command, beside a running provider that sees it at once. */
import test, { type ExecutionContext } from 'ava';
import { openAdmin } from '../support/admin-command.ts';
import { startInstallation } from '../support/installation.ts';
import { appOf, CALLBACK, obtainTokens, PASSWORD, WEB_APP } from '../support/relying-party.ts';
import { newUser } from '../support/user.ts';

const LOGIN = 'ada@example.com';

async function start(t: ExecutionContext) {
  const latchkey = await startInstallation();
  t.teardown(latchkey.stop);
  const account = await latchkey.createAccount({ email: LOGIN, password: PASSWORD });
  const app = appOf(latchkey, await latchkey.createClient(WEB_APP));
  const user = newUser({ stopAt: CALLBACK });
  const { tokens } = await obtainTokens(app, LOGIN, { user });
  const run = await openAdmin(t);
  const { issuer, config } = latchkey;
  const settings = { ISSUER: issuer, STORAGE_URL: config.storageUrl, DATA_FOLDER: config.dataFolder };
  const admin = async (args: readonly string[], input = '') => {
    const finished = await run([...args, '--json'], input, settings);
    t.is(finished.exitCode, 0, finished.stderr);
    return finished.json();
  };
  const isActive = async (token: string | undefined) =>
    (await app.post('/token/introspection', { token: token ?? '' })).body.active;
  const silentError = async () =>
    new URL((await user.open(app.request({ prompt: 'none' }).url)).url).searchParams.get('error');
  return { latchkey, account, app, tokens, admin, run, settings, isActive, silentError };
}

test('a new password ends sessions and tokens, and with --keep-sessions it leaves them', async (t) => {
  const { admin, tokens, isActive, silentError } = await start(t);
  await admin(['account', 'set-password', LOGIN, '--keep-sessions'], 'another good one\n');
  t.true(await isActive(tokens.access_token));
  t.is(await silentError(), null);

  await admin(['account', 'set-password', LOGIN], 'a third good one\n');

  t.false(await isActive(tokens.access_token));
  t.false(await isActive(tokens.refresh_token));
  t.is(await silentError(), 'login_required');
});

test('sessions-end says how much ended, and lets the account sign in again at once', async (t) => {
  const { admin, account, app, tokens, isActive, silentError } = await start(t);
  const ended = await admin(['account', 'sessions-end', LOGIN]);
  t.deepEqual(ended, { id: account.id, sessions: 1, grants: 1 });
  t.false(await isActive(tokens.refresh_token));
  t.is(await silentError(), 'login_required');
  const again = await obtainTokens(app, LOGIN);
  t.true(await isActive(again.tokens.access_token));
});

test('a deleted account is gone, and its address is free', async (t) => {
  const { admin, account, run, settings, tokens, isActive, silentError } = await start(t);
  t.deepEqual(await admin(['account', 'delete', LOGIN]), {
    id: account.id,
    deleted: true,
    sessions: 1,
    grants: 1,
    clients: 0,
  });
  t.false(await isActive(tokens.access_token));
  t.is(await silentError(), 'login_required');
  t.is((await run(['account', 'show', LOGIN], '', settings)).exitCode, 1);
  t.is((await run(['account', 'delete', account.id], '', settings)).exitCode, 1);
  await admin(['account', 'create', '--email', LOGIN]);
  const { collections, findings } = (await admin(['storage', 'check'])) as Record<string, object>;
  t.deepEqual(findings, []);
  t.like(collections, { consents: { live: 0 }, grants: { live: 0 }, grant_reservations: { live: 0 } });
});

test('grants are listed and revoked by reference; a withdrawn consent is asked for again', async (t) => {
  const { admin, account, app, run, settings, tokens, isActive, silentError } = await start(t);
  const clientId = app.client.client_id;
  const { items } = (await admin(['grants', 'list', '--account', LOGIN])) as { items: Record<string, unknown>[] };
  t.like(items, [{ accountId: account.id, clientId, scopes: ['openid', 'profile', 'email'] }]);
  t.deepEqual((await admin(['grants', 'list', '--client', clientId])).items, items);

  t.like(await admin(['grants', 'revoke', String(items[0]?.grant)]), { grants: 1, consentWithdrawn: false });
  t.false(await isActive(tokens.access_token));
  // The session stands, and what was allowed is remembered.
  t.is(await silentError(), null);
  t.is((await run(['grants', 'revoke', String(items[0]?.grant)], '', settings)).exitCode, 1);

  const withdrawn = await admin(['grants', 'revoke', '--account', LOGIN, '--client', clientId]);
  t.like(withdrawn, { grants: 1, consentWithdrawn: true });
  t.is(await silentError(), 'consent_required');
});

test('grants of a client are revoked for all accounts; without saying whose, nothing is', async (t) => {
  const { admin, app, run, settings, tokens, isActive } = await start(t);
  for (const args of [[], ['some-grant', '--account', LOGIN]]) {
    t.is((await run(['grants', 'revoke', ...args], '', settings)).exitCode, 64);
  }
  t.is((await run(['grants', 'list'], '', settings)).exitCode, 64);
  t.true(await isActive(tokens.access_token));
  t.like(await admin(['grants', 'revoke', '--client', app.client.client_id]), { grants: 1 });
  t.false(await isActive(tokens.access_token));
});

test('a grant whose reference begins like an option is a grant, and an unknown option is not', async (t) => {
  const { run, settings } = await start(t);
  const codeOf = async (text: string) => (await run(['grants', 'revoke', text, '--json'], '', settings)).exitCode;
  for (const reference of [`-${'a'.repeat(42)}`, `--${'B'.repeat(41)}`, `--json-${'c'.repeat(36)}`])
    t.is(await codeOf(reference), 1, reference);
  for (const option of ['--all', '-x', `--${'B'.repeat(42)}`]) t.is(await codeOf(option), 64, option);
});

test('an account or client that there is not is refused: a typing error must not look like nothing to end', async (t) => {
  const { app, run, settings, tokens, isActive } = await start(t);
  const clientId = app.client.client_id;
  const wrong = [
    ['list', '--account', 'nobody'],
    ['list', '--client', 'nothing'],
    ['revoke', '--client', ''],
    ['revoke', '--account', LOGIN, '--client', 'nothing'],
    ['revoke', '--account', 'nobody', '--client', clientId],
  ];
  for (const args of wrong) {
    const { exitCode, stdout, stderr } = await run(['grants', ...args, '--json'], '', settings);
    t.deepEqual([exitCode, stdout], [1, ''], args.join(' '));
    t.regex(stderr, /^refused: .*_unknown\)$/m);
  }
  t.true(await isActive(tokens.access_token));
});

test('keys are listed without their private parts, and rotated: waiting first, or signing at once', async (t) => {
  const { admin } = await start(t);
  const states = (listed: Record<string, unknown>) =>
    (listed.items as { state: string }[]).map(({ state }) => state).sort();
  const first = await admin(['keys', 'list']);
  const each = (state: string) => [state, state, state];
  t.deepEqual(states(first), each('signs'));
  const members = (first.items as object[]).flatMap((item) => Object.keys(item));
  t.deepEqual([...new Set(members)].sort(), ['alg', 'kid', 'signsFrom', 'state']);
  t.deepEqual(states(await admin(['keys', 'rotate'])), [...each('signs'), ...each('waits')]);
  const now = await admin(['keys', 'rotate', '--now']);
  t.deepEqual(states(now), [...each('signs'), ...each('verifies'), ...each('verifies')]);
});

test('a resource is shown and changed', async (t) => {
  const { admin, run, settings } = await start(t);
  const identifier = 'https://notes.example/';
  await admin(['resource', 'create', '--identifier', identifier, '--scope', 'notes:read=Read your notes']);
  const changed = await admin(['resource', 'update', identifier, '--ttl', '120', '--scope', 'notes:write=Write notes']);
  t.like(changed, { identifier, ttlSeconds: 120, format: 'jwt', scopes: { 'notes:write': 'Write notes' } });
  t.deepEqual(await admin(['resource', 'show', identifier]), changed);
  t.is((await run(['resource', 'update', identifier], '', settings)).exitCode, 64);
  t.is((await run(['resource', 'update', identifier, '--ttl', '1'], '', settings)).exitCode, 1);
  t.is((await run(['resource', 'show', 'https://other.example/'], '', settings)).exitCode, 1);
});
