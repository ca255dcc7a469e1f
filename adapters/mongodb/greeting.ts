/** Whether something else than MongoDB answers at an address: MongoDB never speaks first, many others do. */
import { connect } from 'node:net';
import type { MongoClient } from 'mongodb';
import { StorageUnavailable } from '../../src/storage/driver.ts';

type Host = MongoClient['options']['hosts'][number];

// Paid at every start and by every admin command. A host that is slower to be reached is left to the driver.
const TO_CONNECT_MS = 200;
const TO_GREET_MS = 100;

function greets({ host = '', port = 0, socketPath }: Host): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(socketPath === undefined ? { host, port } : { path: socketPath });
  let timer = setTimeout(resolve, TO_CONNECT_MS, false);
  socket
    .on('connect', () => {
      clearTimeout(timer);
      timer = setTimeout(resolve, TO_GREET_MS, false);
    })
    .on('data', () => resolve(true))
    .on('error', () => resolve(false))
    .on('close', () => resolve(false));
  return promise.finally(() => {
    clearTimeout(timer);
    socket.destroy();
  });
}

/** The driver takes a greeting of MySQL, for one, for a message that never ends, and memory with it (seen in 7.9). */
export async function throwOnGreeting({ options }: Pick<MongoClient, 'options'>): Promise<void> {
  // Names of services are resolved by the driver, and a proxy has an address of its own.
  if (options.srvHost !== undefined || options.proxyHost !== undefined) return;
  const others = await Promise.all(options.hosts.map(async (host) => ((await greets(host)) ? [host] : [])));
  const [other] = others.flat();
  if (other === undefined) return;
  throw new StorageUnavailable(new Error(`something else than a MongoDB server answers at ${other}`));
}
