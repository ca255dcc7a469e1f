/** Starts an image as a container with a read-only root is started, and looks at what must hold of it. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../free-port.ts';
import type { Image } from './build.ts';
import { ContainerFault } from './dockerfile.ts';
import { type Machine, makeReadOnly, otherUser, treeOf } from './stand-in.ts';

const READY_WITHIN_MILLISECONDS = 60_000;
/** As docs/production.md has it in --stop-timeout. */
const STOPPED_WITHIN_MILLISECONDS = 30_000;
const PAUSE_MILLISECONDS = 200;

type Environment = Readonly<Record<string, string>>;

// Named, because a number that is written otherwise (00, 0x0) is root too, and nobody knows which number a name has.
const NAME_OR_NUMBER = '(?:node|[1-9]\\d{0,8})';
const NOT_ROOT = new RegExp(`^${NAME_OR_NUMBER}(?::${NAME_OR_NUMBER})?$`);

function assertFitForProduction({ stage }: Image): void {
  const { user, command, healthCheck, stopSignal, volumes, environment } = stage;
  const rules: readonly (readonly [isKept: boolean, problem: string])[] = [
    [NOT_ROOT.test(user), 'USER: name node, or the number of a user that is not root'],
    [command !== undefined, 'CMD: the image starts nothing'],
    [healthCheck !== undefined, 'HEALTHCHECK: the image has none'],
    [stopSignal !== undefined, 'STOPSIGNAL: the image names none'],
    [volumes.length > 0 && volumes.every(isAbsolute), 'VOLUME: name the folder of the data from the root on'],
    [
      ['0.0.0.0', '::'].includes(environment.HOST ?? ''),
      'ENV: HOST must be an address that others reach, 0.0.0.0 or ::',
    ],
  ];
  for (const [isKept, problem] of rules) if (!isKept) throw new ContainerFault(problem);
}

function assertNoDevelopment({ folder }: Image): void {
  const { packages } = JSON.parse(readFileSync(join(folder, 'node_modules/.package-lock.json'), 'utf8'));
  const found = Object.keys(packages).find((path) => packages[path].dev === true && existsSync(join(folder, path)));
  if (found !== undefined) throw new ContainerFault(`${found} is a development dependency`);
}

/** Every file, folder and link with what a write would change of it. */
function snapshot(root: string, volumes: readonly string[]): ReadonlyMap<string, string> {
  const paths = [...treeOf(root)].filter((path) => !volumes.some((volume) => path.startsWith(volume)));
  return new Map(
    paths.map((path) => {
      const { mode, size, mtimeMs } = lstatSync(path);
      return [path, `${mode} ${size} ${mtimeMs}`];
    }),
  );
}

class Container {
  readonly #image: Image;
  readonly #environment: Environment;

  constructor(image: Image, environment: Environment) {
    this.#image = image;
    this.#environment = environment;
  }

  #options() {
    return { ...otherUser, cwd: this.#image.folder, env: { ...this.#environment } };
  }

  /** As `docker exec` does. */
  execute(words: readonly string[], input = ''): { readonly code: number | null; readonly output: string } {
    const [command = '', ...args] = words;
    const { status, stdout, stderr } = spawnSync(command, args, { ...this.#options(), input, encoding: 'utf8' });
    return { code: status, output: `${stdout}${stderr}` };
  }

  start(words: readonly string[]): ChildProcess {
    const [command = '', ...args] = words;
    return spawn(command, args, { ...this.#options(), stdio: ['ignore', 'inherit', 'inherit'] });
  }
}

async function waitUntilHealthy(container: Container, check: readonly string[], child: ChildProcess): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MILLISECONDS;
  while (child.exitCode === null && child.signalCode === null) {
    if (container.execute(check).code === 0) return;
    if (Date.now() > deadline) throw new ContainerFault(`HEALTHCHECK: ${container.execute(check).output.trim()}`);
    await pause(PAUSE_MILLISECONDS);
  }
  throw new ContainerFault(`CMD: it ended with ${child.exitCode ?? child.signalCode} before it was healthy`);
}

async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const ended = once(child, 'exit', { signal: AbortSignal.timeout(STOPPED_WITHIN_MILLISECONDS) });
  child.kill(signal);
  await ended.catch((cause: unknown) => {
    throw new ContainerFault(`STOPSIGNAL: ${signal} does not end it`, { cause });
  });
  if (child.exitCode !== 0)
    throw new ContainerFault(`STOPSIGNAL: after ${signal} it ended with ${child.exitCode ?? child.signalCode}`);
}

export async function runImage(image: Image, machine: Machine, tell: (line: string) => void): Promise<void> {
  assertFitForProduction(image);
  assertNoDevelopment(image);
  const { root, stage } = image;
  const { command = [], healthCheck = [], stopSignal = 'SIGTERM' } = stage;
  const volumes = stage.volumes.map((volume) => join(root, volume));
  for (const volume of volumes) mkdirSync(volume, { recursive: true });
  makeReadOnly(root, volumes);
  const before = snapshot(root, volumes);
  // What `docker run` gives it. HOST too, because this machine is no container: nothing here may listen to others.
  const given = {
    ISSUER: 'https://id.example.com',
    SECRET_KEYS: randomBytes(32).toString('base64url'),
    TRUSTED_PROXIES: 'none',
  };
  const here = { PORT: String(await freePort()), HOST: '127.0.0.1' };
  const container = new Container(image, { ...machine.environment, ...stage.environment, ...given, ...here });

  if (container.execute(['/bin/sh', '-c', ': > written']).code === 0)
    throw new ContainerFault('the tree can be written to');
  if (container.execute(healthCheck).code === 0)
    throw new ContainerFault('HEALTHCHECK: it is content although nothing runs');
  const child = container.start(command);
  try {
    await waitUntilHealthy(container, healthCheck, child);
    tell('healthy');
    const account = ['node', '--', 'scripts/admin.ts', 'account', 'create', '--email', 'ada@example.com', '--json'];
    const { code, output } = container.execute(account);
    if (code !== 0) throw new ContainerFault(`the admin command ended with ${code}: ${output.trim()}`);
    tell('the admin command made an account');
    await stop(child, stopSignal);
    tell(`${stopSignal} ended it`);
  } finally {
    child.kill('SIGKILL');
  }
  if (volumes.every((volume) => readdirSync(volume).length === 0))
    throw new ContainerFault('VOLUME: no data went there');
  const after = snapshot(root, volumes);
  const changed = [...new Set([...before.keys(), ...after.keys()])].find(
    (path) => before.get(path) !== after.get(path),
  );
  if (changed !== undefined) throw new ContainerFault(`${changed.slice(root.length)} was written to`);
  tell('nothing was written outside of its volume');
}
