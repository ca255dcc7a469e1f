/** Proves that what `npm run connect` starts ends with it. */
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { runToEnd, startService, stopEverything } from '../../scripts/connect/processes.ts';
import { toolchainEnvironment } from '../../scripts/connect/toolchain-environment.ts';
import { until } from '../support/until.ts';

const folder = fileURLToPath(new URL('../../', import.meta.url));
const environment = toolchainEnvironment();
const listens =
  'const s = require("http").createServer((q, a) => a.end()).listen(0, () => console.log(s.address().port))';
// As a build tool does: it starts the program, and waits for it.
const starter = ['sh', '-c', `node --eval '${listens}' & wait`];

test.after.always(stopEverything);

async function startProgram() {
  const service = startService({ command: starter, folder, environment });
  await until('the program says its port', () => /^\d+$/.test(service.output().trim()));
  const address = `http://localhost:${service.output().trim()}`;
  const isRunning = () =>
    fetch(address).then(
      () => true,
      () => false,
    );
  return { service, isRunning };
}

test('what a program is given is of the machine, not of an installation', (t) => {
  process.env.SECRET_KEYS = 'of a real installation';
  process.env.STORAGE_URL = 'sqlite:./data/latchkey.db';
  process.env.CLIENT_SECRET = 'of another program';
  const names = Object.keys(toolchainEnvironment());
  for (const name of ['SECRET_KEYS', 'STORAGE_URL', 'CLIENT_SECRET']) t.false(names.includes(name), name);
  t.true(names.includes('PATH'));
});

test.serial('a command that fails says with what, and one that is not there fails', async (t) => {
  const failing = { command: ['sh', '-c', 'echo out; echo no disk >&2; exit 4'], folder, environment };
  const error = await t.throwsAsync(runToEnd(failing));
  t.true(error.message.includes('ended with 4:\n'));
  t.true(error.message.includes('no disk'));
  await t.throwsAsync(runToEnd({ ...failing, command: ['no-such-toolchain'] }), { code: 'ENOENT' });
});

// The last: nothing starts in this process after it.
test.serial(
  'a program that another one started ends with it, and all end with the run, after which none starts',
  async (t) => {
    const [first, second] = await Promise.all([startProgram(), startProgram()]);

    await first.service.stop();
    t.false(await first.isRunning());
    t.true(await second.isRunning());

    await stopEverything();
    t.false(await second.isRunning());
    t.throws(() => startService({ command: starter, folder, environment }));
  },
);
