/** A provider is killed while it sends, with a mail server that hangs: after a restart with one that answers, every mail arrives. */
import { createServer } from 'node:net';
import { join } from 'node:path';
import test from 'ava';
import { freePort } from '../../scripts/free-port.ts';
import { openInstallation } from '../../src/compose.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { ManualClock } from '../support/clock.ts';
import { startInstallation } from '../support/installation.ts';
import { mailServer, mailSettings } from '../support/mail-server.ts';
import { newOrder } from '../support/outboxes.ts';
import { startProviderProcess } from '../support/provider-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

const PASSWORD = 'hunter2';
const LEASE_SECONDS = 120;

test('what was queued before kill -9 is sent after it, each mail once, and no log has its address or the password', async (t) => {
  const folder = await temporaryFolder(t);
  const port = await freePort();
  let held = 0;
  const hanging = createServer(() => {
    held += 1;
  });
  await new Promise<void>((resolve) => hanging.listen(0, '127.0.0.1', resolve));
  const { port: mailPort } = hanging.address() as { port: number };
  const url = `smtp://ada:${PASSWORD}@127.0.0.1:${mailPort}`;
  const environment = {
    ISSUER: `http://localhost:${port}`,
    DATA_FOLDER: folder,
    STORAGE_URL: `sqlite:${join(folder, 'test.db')}`,
    LOG_LEVEL: 'trace',
    ...mailSettings({ url }),
  };
  const queued = await openInstallation(readConfig(environment));
  for (let n = 0; n < 3; n += 1) await queued.outbox.enqueue(`${n}@example.org`, newOrder(queued), 'act');
  await queued.close();

  const provider = await startProviderProcess({ port, environment });
  t.teardown(provider.kill);
  await until('it sends', () => held >= 3);
  await provider.kill();
  hanging.close();

  const server = await mailServer(t, { port: mailPort, allowInsecureAuth: true });
  const clock = new ManualClock();
  const { ISSUER: _, STORAGE_URL: storageUrl, ...settings } = environment;
  const restarted = await startInstallation({ clock, storageUrl, environment: settings });
  t.teardown(restarted.stop);
  const { outbox, mails } = restarted.installation;
  await outbox.deliver();
  t.deepEqual(server.received, [], 'the one that was killed might be sending still');
  clock.advance(LEASE_SECONDS);
  await outbox.deliver();
  await outbox.deliver();
  t.deepEqual(server.received.map(({ to: [to] }) => to).sort(), ['0@example.org', '1@example.org', '2@example.org']);
  t.deepEqual((await mails.list({ limit: 10 })).items, []);
  t.notRegex(provider.output() + JSON.stringify(restarted.logged), new RegExp(`${PASSWORD}|example\\.org|smtp:`));
});
