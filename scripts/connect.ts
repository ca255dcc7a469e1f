/** `npm run connect`: other people's libraries, unmodified, sign in at the provider. docs/connect has a page for each. */
import { version } from '../src/version.ts';
import { startChromium } from './chromium/start-chromium.ts';
import { readCommandLine, usage, type Wanted } from './connect/command-line.ts';
import { registerDescribed } from './connect/not-run.ts';
import { stopEverything, stopping } from './connect/processes.ts';
import { startProvider } from './connect/provider.ts';
import { closingLine, isFailure, lineOf, type Result, writeIntoPage } from './connect/report.ts';
import { runStack } from './connect/run-stack.ts';
import { stacks } from './connect/stacks.ts';
import { onParentGone } from './demo/children.ts';
import { UsageError } from './usage-error.ts';

const printed: string[] = [];

function print(line: string): void {
  printed.push(line);
  console.log(line);
}

async function run({ stacks: wanted, allowsMissing, writes }: Wanted): Promise<void> {
  print(`Latchkey ${version}, Node ${process.versions.node}, ${new Date().toISOString().slice(0, 10)}`);
  const provider = await startProvider();
  // By itself it would end this process at a signal, before the others have ended.
  const browser = await startChromium({ handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false });
  const results: Result[] = [];
  try {
    for (const stack of wanted) {
      const result = await runStack(stack, { provider, browser });
      if (stopping.aborted) return;
      results.push(result);
      print(lineOf(result));
      if (result.outcome === 'failed') console.error(result.seen);
    }
  } finally {
    await browser.close();
  }
  if (wanted === stacks) print(`registered, not run: ${(await registerDescribed(provider)).join(', ')}`);
  print(closingLine(results));
  if (results.some((result) => isFailure(result, allowsMissing))) process.exitCode = 1;
  else if (writes) await writeIntoPage(printed);
}

function interrupt(): void {
  void stopEverything().then(() => process.exit(130));
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, interrupt);
onParentGone(interrupt);

try {
  const commandLine = process.argv.slice(2);
  if (commandLine.includes('--help')) console.log(usage);
  else await run(readCommandLine(commandLine, stacks));
} catch (error) {
  const isUsage = error instanceof UsageError;
  process.exitCode = isUsage ? 64 : 1;
  console.error(isUsage ? `${error.message}\n\n${usage}` : error);
} finally {
  await stopEverything();
}
