/** The `registration-token` verbs of the admin command, in real processes. */
import test from 'ava';
import { openAdmin } from '../support/admin-command.ts';

test('a token is shown once, listed without it, and revoked', async (t) => {
  const admin = await openAdmin(t);
  const policy = { scope: { subset_of: ['openid', 'email'] }, first_party: false };
  const flags = ['--uses', '7', '--ttl', '3600', '--policy', '-', '--name', 'Partners', '--json'];
  const created = await admin(['registration-token', 'create', ...flags], JSON.stringify(policy));
  t.is(created.exitCode, 0, created.stderr);
  const { token, ...shown } = created.json();
  t.regex(String(token), /^lk_iat_[\w-]{43}$/);
  t.like(shown, { name: 'Partners', uses: 7, uses_left: 7 });
  t.deepEqual(shown.policy, { scope: policy.scope, first_party: { value: false } });
  t.is(Date.parse(String(shown.expires_at)) - Date.parse(String(shown.issued_at)), 3_600_000);
  t.regex(created.stderr, /shown this once/);
  t.false(created.stderr.includes(String(token)));

  const listed = await admin(['registration-token', 'list', '--json']);
  t.deepEqual(listed.json(), { items: [shown], next: null });
  const text = await admin(['registration-token', 'list']);
  t.false((listed.stdout + text.stdout + text.stderr).includes(String(token).slice(7, 20)));

  const revoke = ['registration-token', 'revoke', String(shown.id), '--json'];
  t.deepEqual((await admin(revoke)).json(), { id: shown.id, revoked: true });
  const again = await admin(revoke);
  t.deepEqual([again.exitCode, again.stdout], [1, '']);
  t.true(again.stderr.includes('initial_access_token_unknown'), again.stderr);
});

test('by default a token is good for one registration within 7 days, and it is said where none can come', async (t) => {
  const admin = await openAdmin(t);
  const created = await admin(['registration-token', 'create', '--json'], '', { REGISTRATION: 'off' });
  const { token: _token, id: _id, issued_at: from, expires_at: until, ...rest } = created.json();
  t.deepEqual(rest, { uses: 1, uses_left: 1 });
  t.is(Date.parse(String(until)) - Date.parse(String(from)), 7 * 86_400_000);
  t.regex(created.stderr, /REGISTRATION=off/);
});

test('a policy that is wrong is refused with all that is wrong, and bounds of uses and time are kept', async (t) => {
  const admin = await openAdmin(t);
  const create = ['registration-token', 'create'];
  const wrong = { first_partry: true, scope: { subsetof: ['openid'] }, resources: { default: ['https://a.example/'] } };
  const refused = await admin([...create, '--policy', '-'], JSON.stringify(wrong));
  t.deepEqual([refused.exitCode, refused.stdout], [1, '']);
  for (const text of ['did you mean first_party?', 'did you mean subset_of?', 'resources: only administrators set it'])
    t.true(refused.stderr.includes(text), refused.stderr);
  const outside = [
    [['--uses', '0'], ''],
    [['--uses', '10001'], ''],
    [['--uses', '1.5'], ''],
    [['--ttl', '59'], ''],
    [['--ttl', '31536001'], ''],
    [['--policy', '-'], '[]'],
  ] as const;
  const ended = await Promise.all(outside.map(([flags, input]) => admin([...create, ...flags], input)));
  for (const [at, { exitCode, stdout }] of ended.entries())
    t.deepEqual([exitCode, stdout], [64, ''], String(outside[at]?.[0]));
  t.deepEqual((await admin(['registration-token', 'list', '--json'])).json().items, []);
});
