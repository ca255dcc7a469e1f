/** Whoever holds most of the connections of a process and asks nothing keeps nobody else out. */
import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import { connect, type Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import test, { type ExecutionContext } from 'ava';
import { Connections, limitConnections } from '../../../src/listener/connections.ts';
import { ManualClock } from '../../support/clock.ts';
import { selfSigned } from '../../support/self-signed.ts';
import { until } from '../../support/until.ts';

const AT_MOST = 8;
const LONG_SECONDS = 10;
const REQUEST = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n';

const { certificate, key } = selfSigned();

async function start(t: ExecutionContext, isTls: boolean) {
  const clock = new ManualClock();
  const warned: string[] = [];
  const log = {
    debug: () => undefined,
    info: () => undefined,
    warn: (_: unknown, message: string) => void warned.push(message),
    error: () => undefined,
  };
  const held: http.ServerResponse[] = [];
  const answer: http.RequestListener = ({ url }, response) => {
    if (url === '/held') held.push(response);
    else response.end('done');
  };
  const options = { keepAliveTimeout: 600_000 };
  const server = isTls
    ? https.createServer({ ...options, cert: certificate, key }, answer)
    : http.createServer(options, answer);
  limitConnections({ server, connections: new Connections(server, clock), log }, AT_MOST);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('a server without a port');
  const { port } = address;
  const sockets: Socket[] = [];
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    server.closeAllConnections();
    server.close();
  });
  function keep(socket: Socket): Socket {
    sockets.push(socket);
    return socket.on('error', () => undefined);
  }
  /** The handshake is not begun where there is TLS. */
  const openBare = async () => {
    const socket = keep(connect(port, '127.0.0.1'));
    await once(socket, 'connect');
    return socket;
  };
  const open = async () => {
    if (!isTls) return openBare();
    const socket = connectSecurely({ port, host: '127.0.0.1', rejectUnauthorized: false });
    keep(socket);
    await once(socket, 'secureConnect');
    return socket;
  };
  const ask = async (socket: Socket) => {
    socket.write(REQUEST);
    const [answered] = (await once(socket, 'data')) as [Buffer];
    return answered.toString().slice(0, 'HTTP/1.1 200'.length);
  };
  const newcomerIsServed = () =>
    new Promise<boolean>((resolve) => {
      const socket = keep(
        isTls ? connectSecurely({ port, host: '127.0.0.1', rejectUnauthorized: false }) : connect(port, '127.0.0.1'),
      );
      socket.once('close', () => resolve(false));
      socket.once('data', () => resolve(true));
      socket.write(REQUEST);
    });
  return { clock, warned, held, openBare, open, ask, newcomerIsServed };
}

type Started = Awaited<ReturnType<typeof start>>;

/** How somebody holds a connection without asking anything. */
const kinds: Readonly<Record<string, (server: Started) => Promise<Socket>>> = {
  'asked once': async ({ open, ask }) => {
    const socket = await open();
    await ask(socket);
    return socket;
  },
  'asked three times': async ({ open, ask }) => {
    const socket = await open();
    for (let asked = 0; asked < 3; asked += 1) await ask(socket);
    return socket;
  },
  'asked twice at once': async ({ open }) => {
    const socket = await open();
    socket.write(REQUEST.repeat(2));
    let answered = '';
    while (answered.split('done').length < 3) answered += String((await once(socket, 'data'))[0]);
    return socket;
  },
  'sent a body': async ({ open }) => {
    const socket = await open();
    socket.write('POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc');
    await once(socket, 'data');
    return socket;
  },
  'never asked': ({ open }) => open(),
  'never spoke': ({ openBare }) => openBare(),
};

for (const [scheme, isTls] of [
  ['http', false],
  ['https', true],
] as const) {
  for (const [name, hold] of Object.entries(kinds)) {
    test(`${scheme}: connections whose client ${name} and idles make room for newcomers`, async (t) => {
      const server = await start(t, isTls);
      const holding = await Promise.all(Array.from({ length: AT_MOST }, () => hold(server)));
      t.false(await server.newcomerIsServed());
      t.true(
        holding.every((socket) => !socket.closed),
        'they have not idled for long',
      );
      server.clock.advance(LONG_SECONDS);
      await until('a newcomer is served', server.newcomerIsServed);
      t.is(server.warned.filter((message) => message.startsWith('idle')).length, 1);
    });
  }

  test(`${scheme}: a request under way and half a request stay, and where there is room all do`, async (t) => {
    const server = await start(t, isTls);
    const { clock, open, ask } = server;
    const [waiting, half, idle] = [await open(), await open(), await open()];
    await ask(half);
    waiting.write('GET /held HTTP/1.1\r\nHost: localhost\r\n\r\n');
    half.write(REQUEST.slice(0, -2));
    await ask(idle);
    await until('it is under way', () => server.held.length === 1);
    clock.advance(LONG_SECONDS);
    const recent = [await open(), await open(), await open()];
    for (const socket of recent) t.is(await ask(socket), 'HTTP/1.1 200');
    t.is(await ask(idle), 'HTTP/1.1 200', 'there was room');
    clock.advance(LONG_SECONDS);
    await open();
    await until('the first is closed', () => recent[0]?.closed === true);
    t.deepEqual([recent[1]?.closed, recent[2]?.closed, idle.closed], [false, false, false], 'one was enough');
    half.write('\r\n');
    await once(half, 'data');
    server.held[0]?.end('done');
    await once(waiting, 'data');
  });
}
