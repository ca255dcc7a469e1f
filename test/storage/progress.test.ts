/** How far a long job is, as it is shown. */
import test from 'ava';
import { createProgress } from '../../scripts/admin/progress.ts';

function screen(isTTY: boolean): { readonly isTTY: boolean; readonly written: string[]; write(text: string): void } {
  const written: string[] = [];
  return { isTTY, written, write: (text) => void written.push(text) };
}

test('a terminal shows a bar that ends full, on one line', (t) => {
  const terminal = screen(true);
  const progress = createProgress('copy', 4, terminal);
  progress.add(2);
  progress.add(2);
  progress.end();
  t.regex(terminal.written[0] ?? '', /^\rcopy \[#{15}\.{15}\] 50 %, 2 of 4 records$/);
  t.regex(terminal.written.at(-2) ?? '', /^\rcopy \[#{30}\] 100 %, 4 of 4 records$/);
  t.is(terminal.written.at(-1), '\n');
});

test('a file gets a line for each tenth at most', (t) => {
  const file = screen(false);
  const progress = createProgress('copy', 1000, file);
  for (let done = 0; done < 1000; done += 1) progress.add(1);
  progress.end();
  t.is(file.written.length, 10);
  t.is(file.written[0], 'copy: 10 %, 100 of 1000 records\n');
});

test('an estimate that was too low, and nothing at all, are shown as all', (t) => {
  const terminal = screen(true);
  const progress = createProgress('copy', 1, terminal);
  progress.add(3);
  t.regex(terminal.written[0] ?? '', /100 %, 3 of 3 records/);
  createProgress('copy', 0, terminal).end();
  t.regex(terminal.written.at(-2) ?? '', /100 %, 0 of 0 records/);
});
