/** Who made a client and whose it is, as the admin command shows and changes it, in real processes. */
import test from 'ava';
import { openInstallation } from '../../src/compose.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { openAdmin } from '../support/admin-command.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test('clients are listed by who made them, given to a developer, and go on when the account is deleted', async (t) => {
  const settings = { DATA_FOLDER: await temporaryFolder(t), STORAGE_URL: '' };
  settings.STORAGE_URL = `sqlite:${settings.DATA_FOLDER}/test.db`;
  const command = await openAdmin(t);
  const admin = async (...args: readonly string[]) => {
    const ended = await command([...args, '--json'], '', settings);
    if (ended.exitCode !== 0) throw new Error(ended.stderr);
    return ended;
  };
  const ada = String((await admin('account', 'create', '--email', 'ada@example.test')).json().id);
  const own = ['client', 'create', '--name', 'Shop', '--redirect-uri', 'https://shop.example/cb'];
  const shop = String((await admin(...own)).json().client_id);
  const unusedUntil = Date.now() + 86_400_000;
  const installation = await openInstallation(readConfig(settings));
  const { metadata = {} } = (await installation.clients.get(shop)) ?? {};
  const made = { id: 'made', metadata: { ...metadata, client_id: 'made' }, secretHashes: [] };
  await installation.clients.create({ ...made, origin: 'registration', unusedUntil, policy: { contacts: {} } });
  await installation.close();

  const listedBy = async (...flags: readonly string[]) =>
    ((await admin('client', 'list', ...flags)).json().items as { client_id: string }[]).map((one) => one.client_id);
  t.deepEqual(await listedBy('--origin', 'registration'), ['made']);
  t.deepEqual(await listedBy('--origin', 'administrator'), [shop]);
  const registered = (await admin('client', 'show', 'made')).json();
  t.like(registered, { origin: 'registration', unused_until: new Date(unusedUntil).toISOString() });
  t.deepEqual(registered.policy, { contacts: {} });

  const given = await admin('client', 'update', shop, '--owner', 'ada@example.test', '--name', 'Store');
  t.regex(given.stderr, /grant-role/);
  const shown = (await admin('client', 'show', shop)).json();
  t.like(shown, { client_name: 'Store', origin: 'developer', owner: ada });
  const decided = shown.decided_members as readonly string[];
  for (const name of ['client_name', 'redirect_uris', 'grant_types']) t.true(decided.includes(name), name);
  await admin('client', 'update', shop, '--leave-to-owner', 'client_name,redirect_uris');
  const left = (await admin('client', 'show', shop)).json().decided_members as readonly string[];
  t.deepEqual(
    left,
    decided.filter((name) => !['client_name', 'redirect_uris'].includes(name)),
  );
  t.deepEqual(await listedBy('--owner', ada), [shop]);
  await admin('client', 'block', 'https://notes.example/client.json');
  const rows = (await command(['client', 'list'], '', settings)).stdout;
  t.true(new RegExp(`^${shop} .* developer +${ada} \\(ada@example\\.test\\)$`, 'm').test(rows), rows);
  t.regex(rows, /^https:\/\/notes\.example\/client\.json .*document, blocked$/m);

  const deleted = await admin('account', 'delete', ada);
  t.is(deleted.json().clients, 1);
  t.regex(deleted.stderr, /belong to nobody now: 1/);
  t.false('owner' in (await admin('client', 'show', shop)).json());
  const nobody = await command(['client', 'update', shop, '--owner', ada, '--name', 'Other'], '', settings);
  t.is(nobody.exitCode, 1);
  t.is((await admin('client', 'update', shop, '--owner', 'none')).json().client_name, 'Store');
});
