/** `npm test`: lint, types and every test, closed by one line that counts. `npm test -- <files>` runs some test files only. */
import { readFileSync } from 'node:fs';
import { withMongodb } from '../test/support/mongodb/for-run.ts';
import { runAva } from './test/run-ava.ts';
import { runTool, type ToolResult } from './test/run-tool.ts';
import { judge, type Run } from './test/verdict.ts';

const checks = [
  { name: 'lint (npm run lint)', command: ['node_modules/@biomejs/biome/bin/biome', 'check', '--colors=off', '.'] },
  { name: 'types (npm run typecheck)', command: ['node_modules/typescript/bin/tsc', '-p', '.'] },
];

function tell({ name, isContent, output }: ToolResult): void {
  console.log(`${isContent ? '✔' : '✘'} ${name}`);
  if (!isContent) console.log(output);
}

// An interrupt reaches the tests too: they end, and we still close the server and count.
process.on('SIGINT', () => undefined);

console.log(`Node ${process.version} on ${process.platform} ${process.arch}`);

const files = process.argv.slice(2);
const results = files.length === 0 ? await Promise.all(checks.map(runTool)) : [];
results.forEach(tell);

async function runTests(): Promise<Pick<Run, 'totals' | 'skippedTitles' | 'hasRunnerFailed'>> {
  return await withMongodb(async (variables, server) => {
    const { report, hasRunnerFailed } = await runAva(files, variables, console.log);
    // Said once more at the end, where it is read, and where a log that was cut still has it.
    for (const failedTest of report.failedTests()) console.log(failedTest);
    if ('missing' in server) console.log(`${server.missing.toUpperCase()}: THE TESTS ON MONGODB DID NOT RUN`);
    return { totals: report.totals(), skippedTitles: report.skippedTitles(), hasRunnerFailed };
  });
}

const failures = results.filter(({ isContent }) => !isContent).map(({ name }) => `${name} failed`);
const tests = await runTests().catch((error: unknown) => {
  failures.push(`the tests could not run: ${error}`);
  return { totals: undefined, skippedTitles: [], hasRunnerFailed: true };
});

const allowedSkips = JSON.parse(readFileSync(new URL('../test/allowed-skips.json', import.meta.url), 'utf8'));
const { isGood, complaints, closingLine } = judge({ ...tests, allowedSkips, failures });
for (const complaint of complaints) console.log(`✘ ${complaint}`);
console.log(closingLine);
process.exitCode = isGood ? 0 : 1;
