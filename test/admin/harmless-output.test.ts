/** What the admin command prints neither controls a terminal nor looks like something else on it. */
import test from 'ava';
import { openAdmin } from '../support/admin-command.ts';
import { startInstallation } from '../support/installation.ts';

const HARMFUL = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
const odd = '\u001b[2J\u009b\u202e\u200b\u2066\ufeff\u2028\u{e0041}';

test('a stored text does no harm in tables, fields and JSON, which says it in full', async (t) => {
  const run = await openAdmin(t);
  const { config, installation, createAccount, stop } = await startInstallation();
  t.teardown(stop);
  const { id } = await createAccount({ email: 'ada@example.test' });
  // Of a time when such names were taken.
  await installation.accounts.update(id, (account) => ({ ...account, name: `A${odd}B` }));
  const settings = { STORAGE_URL: config.storageUrl, DATA_FOLDER: config.dataFolder };
  const admin = (args: readonly string[]) => run(args, '', settings);
  const shown = await admin(['account', 'show', 'ada@example.test']);
  const listed = await admin(['account', 'list']);
  const json = await admin(['account', 'show', 'ada@example.test', '--json']);
  for (const { exitCode, stdout, stderr } of [shown, listed, json]) {
    t.is(exitCode, 0, stderr);
    t.notRegex(stdout + stderr, HARMFUL);
  }
  t.regex(listed.stdout, /A\ufffd/);
  t.is(json.json().name, `A${odd}B`);
});

test('a refusal, a wrong flag and an unknown verb that repeat what was typed do no harm', async (t) => {
  const admin = await openAdmin(t);
  const attempts = [
    ['client', 'create', '--name', 'App', '--redirect-uri', `https://app.example/${odd}`],
    ['client', 'create', '--name', 'App', '--metadata', `/nowhere/${odd}`],
    ['resource', 'create', '--identifier', `x${odd}`, '--scope', 'a=b'],
    ['resource', 'create', '--identifier', 'https://a.example/', '--scope', `${odd}=b`],
    ['account', `show${odd}`],
    ['account', 'list', `--${odd}`],
    ['account', 'list', '--limit', odd],
  ];
  for (const args of attempts) {
    const { exitCode, stdout, stderr } = await admin(args);
    t.true(exitCode === 1 || exitCode === 64, `${exitCode}: ${stderr}`);
    t.notRegex(stdout + stderr, HARMFUL, JSON.stringify(args));
  }
});
