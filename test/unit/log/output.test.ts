/** What is kept of lines that find no room, what is lost, and that it is said. On real pipes and files. */
import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, readSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { Output } from '../../../adapters/log/output.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const BOUND = 100;
/** Ten of them are the bound. */
const line = (number: number): string => `line ${String(number).padStart(4, '0')}\n`;
const lines = (from: number, to: number): readonly string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => line(from + index));

function readAll(descriptor: number): string {
  const chunk = Buffer.alloc(65_536);
  let text = '';
  for (;;) {
    try {
      const bytes = readSync(descriptor, chunk);
      if (bytes === 0) return text;
      text += chunk.toString('utf8', 0, bytes);
    } catch {
      return text;
    }
  }
}

/** A pipe that takes nothing more until it is read. */
async function stuck(t: ExecutionContext) {
  const path = join(await temporaryFolder(t), 'pipe');
  execFileSync('mkfifo', [path]);
  const reader = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  const writer = openSync(path, constants.O_WRONLY);
  t.teardown(() => [reader, writer].map(closeSync));
  t.throws(
    () => {
      for (;;) writeSync(reader, '.'.repeat(4096));
    },
    { code: 'EAGAIN' },
  );
  return { output: new Output(writer, BOUND), read: () => readAll(reader).replaceAll('.', '') };
}

/** Without its time. */
function reportIn(text: string): { readonly before: string; readonly lost: unknown; readonly after: string } {
  const [before = '', report = '', after = ''] = text.split(/(?<=\n)(\{.*\})\n/);
  const { level, lost } = JSON.parse(report) as { readonly level: string; readonly lost: number };
  return { before, lost: { level, lost }, after };
}

test('what finds no room is written when there is some, in its order', async (t) => {
  const { output, read } = await stuck(t);
  for (const each of lines(1, 10)) output.write(each);
  t.is(read(), '');
  await output.drain();
  t.is(read(), lines(1, 10).join(''));
});

test('beyond the bound lines are lost, and one line says how many where they would have stood', async (t) => {
  const { output, read } = await stuck(t);
  for (const each of lines(1, 17)) output.write(each);
  read();
  await output.drain();
  output.write(line(18));
  const { before, lost, after } = reportIn(read());
  t.is(before, lines(1, 10).join(''));
  t.deepEqual(lost, { level: 'warn', lost: 7 });
  t.is(after, line(18));
});

test('of several lines in one write all are counted', async (t) => {
  const { output, read } = await stuck(t);
  output.write(lines(1, 9).join(''));
  output.write(lines(10, 15).join(''));
  output.write(line(16));
  read();
  await output.drain();
  const { before, lost } = reportIn(read());
  t.is(before, lines(1, 9).join(''));
  t.deepEqual(lost, { level: 'warn', lost: 7 });
});

test('lines that are lost later are counted anew', async (t) => {
  const { output, read } = await stuck(t);
  for (const each of lines(1, 12)) output.write(each);
  read();
  await output.drain();
  t.deepEqual(reportIn(read()).lost, { level: 'warn', lost: 2 });
  output.write(line(13));
  t.is(read(), line(13));
});

test('nobody waits longer than a second for the last lines', async (t) => {
  const { output } = await stuck(t);
  output.write(line(1));
  await output.drain();
  t.pass();
});

test('an output that can never be written is given up, and writing to it does nothing', async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, 'file');
  const file = openSync(path, 'w');
  const readOnly = openSync(path, 'r');
  const closed = openSync(path, 'w');
  closeSync(closed);
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  const reader = openSync(join(folder, 'pipe'), constants.O_RDONLY | constants.O_NONBLOCK);
  const broken = openSync(join(folder, 'pipe'), constants.O_WRONLY);
  closeSync(reader);
  t.teardown(() => [file, readOnly, broken].map(closeSync));
  for (const descriptor of [readOnly, closed, broken, 99_999, openSync(folder, 'r')]) {
    const output = new Output(descriptor, BOUND);
    for (const each of lines(1, 30)) output.write(each);
    await output.drain();
    t.pass();
  }
});

test('a full device is tried again, and holds up nobody', async (t) => {
  const full = openSync('/dev/full', 'w');
  t.teardown(() => closeSync(full));
  const output = new Output(full, BOUND);
  for (const each of lines(1, 30)) output.write(each);
  await output.drain();
  t.pass();
});

test('a file is written at once, whatever was lost elsewhere', async (t) => {
  const path = join(await temporaryFolder(t), 'log');
  const descriptor = openSync(path, 'a+');
  t.teardown(() => closeSync(descriptor));
  const output = new Output(descriptor, BOUND);
  for (const each of lines(1, 30)) output.write(each);
  t.is(readAll(openSync(path, 'r')), lines(1, 30).join(''));
  truncateSync(path);
  output.write(line(31));
  t.is(readAll(openSync(path, 'r')), line(31));
});
