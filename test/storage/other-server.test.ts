/** Something that speaks first answers where a MongoDB is expected: the start and its check say so, and end. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { openStorage, viewStorage } from '../../src/open-storage.ts';
import { systemClock } from '../../src/ports/clock.ts';
import { exitCodeOf, explainFailure } from '../../src/start-failure.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Returns everything that it has received. */
async function serverThat(
  t: ExecutionContext,
  greet: (socket: Socket) => void,
  at: object = { host: '127.0.0.1', port: 0 },
) {
  const received: Buffer[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined).on('data', (bytes: Buffer) => received.push(bytes)));
    greet(socket);
  }).listen(at);
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, received };
}

const mysql = Buffer.concat([Buffer.from([0x4a, 0, 0, 0, 0x0a]), Buffer.from(`8.0.36\0${'x'.repeat(62)}`)]);

const greetings: Readonly<Record<string, Uint8Array>> = {
  'like MySQL': mysql,
  'like SSH': Buffer.from('SSH-2.0-OpenSSH_9.6\r\n'),
  'like a mail server': Buffer.from('220 mail.example ESMTP\r\n'),
  'with one byte': Buffer.of(0),
  'with the length of a message that never comes': Buffer.of(0xff, 0xff, 0xff, 0x02),
  'with a message of no length': Buffer.alloc(16),
  'with TLS': Buffer.of(0x16, 3, 3, 0, 1),
};

const options = { clock: systemClock, acceptNewer: false };
const both = (url: string) => [
  () => openStorage({ ...options, url }),
  () => viewStorage({ ...options, url, timeoutMs: 3000 }, async () => undefined),
];

for (const [title, greeting] of Object.entries(greetings)) {
  test(`a server that greets ${title} is named, whatever the address asks for`, async (t) => {
    const { port, received } = await serverThat(t, (socket) => socket.write(greeting));
    const addresses = [`127.0.0.1:${port}/l`, `127.0.0.1:${port}/l?tls=true`, `127.0.0.1:1,127.0.0.1:${port}/l`];
    for (const attempt of addresses.flatMap((address) => both(`mongodb://app:word@${address}`))) {
      const error = await t.throwsAsync<Error>(attempt);
      t.is(exitCodeOf(error), 69, explainFailure(error));
      t.true(explainFailure(error).includes(`something else than a MongoDB server answers at 127.0.0.1:${port}`));
    }
    t.deepEqual(received, [], 'nothing is said to it, the password least of all');
  });
}

test('so is one behind a socket of this machine', async (t) => {
  const path = join(await temporaryFolder(t), 'mongodb.sock');
  await serverThat(t, (socket) => socket.write(mysql), { path });
  for (const attempt of both(`mongodb://${encodeURIComponent(path)}/l`)) {
    t.regex(explainFailure(await t.throwsAsync<Error>(attempt)), /something else .*mongodb\.sock/);
  }
});

test('one that hangs up, or says nothing, is left to the driver', async (t) => {
  const rude = await serverThat(t, (socket) => socket.destroy());
  const mute = await serverThat(t, () => undefined);
  for (const { port } of [rude, mute]) {
    const url = `mongodb://127.0.0.1:${port}/l?serverSelectionTimeoutMS=300&connectTimeoutMS=300`;
    for (const attempt of both(url)) {
      const error = await t.throwsAsync<Error>(attempt);
      t.is(exitCodeOf(error), 69);
      t.notRegex(explainFailure(error), /something else/);
    }
  }
  t.true(mute.received.length > 0, 'the driver has asked it');
});
