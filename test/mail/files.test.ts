/** In development mails are files: whole, private, in the order of time. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { ManualClock } from '../support/clock.ts';
import { startInstallation } from '../support/installation.ts';
import { mailsTo } from '../support/mails.ts';

const LINK = 'https://id.example.com/reset/token';

async function started(t: { teardown(stop: () => Promise<void>): void }) {
  const latchkey = await startInstallation({ clock: new ManualClock() });
  t.teardown(latchkey.stop);
  const { outbox, clock, config } = latchkey.installation;
  const folder = join(config.dataFolder, 'mails');
  const enqueue = (to: string, link = LINK) => {
    const values = { link };
    const order = { text: 'reset_password', language: 'en', values, usefulUntil: clock.now() + 3_600_000 } as const;
    return outbox.enqueue(to, order, 'act');
  };
  return { latchkey, folder, enqueue };
}

test('a mail that is queued is a file at once, read by nobody else, and no longer in the queue', async (t) => {
  const { latchkey, folder, enqueue } = await started(t);
  t.deepEqual(await readdir(folder).catch(() => []), []);
  await enqueue('ada@example.com');
  const [mail, ...others] = await mailsTo(latchkey, 'ada@example.com');
  t.deepEqual(others, []);
  t.is(mail?.text, 'reset_password');
  t.is(mail?.link, LINK);
  const [name = '', ...rest] = await readdir(folder);
  t.deepEqual(rest, []);
  t.is((await stat(join(folder, name))).mode & 0o777, 0o600);
  t.is((await stat(folder)).mode & 0o777, 0o700);
  t.deepEqual((await latchkey.installation.mails.list({ limit: 10 })).items, []);
});

test('files of one moment are in the order of their mails, and each is for whom it was sent to', async (t) => {
  const { latchkey, enqueue } = await started(t);
  for (let n = 0; n < 8; n += 1)
    await enqueue(n % 2 === 0 ? 'ada@B\u00fccher.example' : 'bob@example.com', `${LINK}${n}`);
  const numbers = async (to: string) =>
    (await mailsTo(latchkey, to)).map(({ link = '' }) => Number(link.slice(LINK.length)));
  t.deepEqual(await numbers('ada@b\u00fccher.example'), [0, 2, 4, 6]);
  t.deepEqual(await numbers('bob@example.com'), [1, 3, 5, 7]);
  t.deepEqual(await numbers('nobody@example.com'), []);
});
