/** What the admin command reads, in real processes; which bytes are text is told in test/unit/admin. */
import test from 'ava';
import { openAdmin } from '../support/admin-command.ts';

test('a byte order mark is skipped, and what is not UTF-8 stores nothing', async (t) => {
  const admin = await openAdmin(t);
  const create = ['account', 'create', '--email', 'ada@example.test', '--json'];
  const latin = Buffer.from('korrektes Pferd ä\n', 'latin1');
  const refused = await admin([...create, '--password-stdin'], latin);
  t.deepEqual([refused.exitCode, refused.stdout], [64, '']);
  t.regex(refused.stderr, /standard input .*UTF-8/);
  t.is((await admin([...create, '--name', 'J\ufffdrgen'])).exitCode, 64);

  // Eight characters with the mark, seven without.
  t.regex((await admin([...create, '--password-stdin'], '\ufeffhq7-äzp\n')).stderr, /password_too_short/);
  const created = await admin([...create, '--claims', '-'], '\ufeff{"nickname":"Jürgen"}');
  t.deepEqual(created.json().claims, { nickname: 'Jürgen' });
});
