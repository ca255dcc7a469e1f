/** `npm run demo`: the provider, the example app and the example API, seeded and ready, with one address to open. */
import { exitCodeOf, explainFailure } from '../src/start-failure.ts';
import { printVersion } from '../src/version.ts';
import { announce } from './demo/announce.ts';
import { Children, onParentGone } from './demo/children.ts';
import { environmentsOf, makeFreshFolder, providerEnvironment } from './demo/environments.ts';
import { PortTaken, refuseTakenPorts } from './demo/port-check.ts';
import { readPorts, usage } from './demo/ports.ts';
import { waitUntilReady } from './demo/readiness.ts';
import { seed } from './demo/seed.ts';
import { UsageError } from './usage-error.ts';

const children = new Children((name, how) => {
  console.error(`\nThe demo stops: its ${name} ended unexpectedly (${how}).`);
  process.exitCode = 1;
});

async function run(): Promise<void> {
  const commandLine = process.argv.slice(2);
  if (commandLine.includes('--version')) {
    printVersion();
    return;
  }
  if (commandLine.includes('--help')) {
    console.log(usage);
    return;
  }
  const ports = readPorts(commandLine);
  await refuseTakenPorts(ports);
  const startedAt = performance.now();
  await makeFreshFolder(ports);
  const seeded = await seed(providerEnvironment(ports), ports);
  for (const [name, { program, environment }] of Object.entries(environmentsOf(ports, seeded))) {
    children.start(name, program, environment);
  }
  await waitUntilReady(ports, children.stopping);
  if (!children.stopping.aborted) announce({ ports, seeded, seconds: (performance.now() - startedAt) / 1000 });
  await children.ended;
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => children.stop());
onParentGone(() => children.stop());

try {
  await run();
} catch (error) {
  const isUsage = error instanceof UsageError;
  process.exitCode = isUsage ? 64 : exitCodeOf(error);
  if (isUsage) console.error(`${error.message}\n\n${usage}`);
  else console.error(error instanceof PortTaken ? error.message : explainFailure(error));
} finally {
  children.stop();
  await children.ended;
}
