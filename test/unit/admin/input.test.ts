/** What the admin command reads: text in UTF-8, with or without a byte order mark, and nothing that only looks like it. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import test from 'ava';
import { checkArguments, readJsonObject, readPasswordLine } from '../../../scripts/admin/input.ts';
import { UsageError } from '../../../scripts/usage-error.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const BOM = '\ufeff';
const piped = (...chunks: readonly (string | Buffer)[]) => Readable.from(chunks.map((chunk) => Buffer.from(chunk)));
const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');

const password = 'korrektes Pferd ä';
const passwords: readonly (readonly (string | Buffer)[])[] = [
  [`${password}\n`],
  [password],
  [`${BOM}${password}\r\n`],
  [`${BOM}${BOM}${password}`],
  [`${password}\rmore`],
  [`${BOM}${password}\n`, Buffer.from([0xff])],
  Array.from(Buffer.from(`${BOM}${password}\nmore`), (byte) => Buffer.from([byte])),
];

test('a password is the first line, without a byte order mark, in however many pieces it comes', async (t) => {
  for (const chunks of passwords) t.is(await readPasswordLine(piped(...chunks)), password);
  t.is(await readPasswordLine(piped('a\u2028b\u0085c\n')), 'a\u2028b\u0085c');
  t.is(await readPasswordLine(piped(`a${BOM}b`)), `a${BOM}b`);
});

test('a writer who goes on is not waited for', async (t) => {
  const open = new Readable({ read: () => undefined });
  open.push(`${password}\n`);
  t.is(await readPasswordLine(open), password);
});

test('nothing at all is no password, and more than a megabyte none either', async (t) => {
  for (const chunks of [[], ['a'.repeat(600_000), 'a'.repeat(600_000)]])
    await t.throwsAsync(readPasswordLine(piped(...chunks)), { instanceOf: UsageError });
});

const broken: Readonly<Record<string, (json: string) => Buffer>> = {
  'UTF-16 with its mark': (text) => Buffer.concat([Buffer.from([0xff, 0xfe]), utf16(text)]),
  'UTF-16 without one': utf16,
  'UTF-16 of the other byte order': (text) => utf16(text).swap16(),
  'UTF-16 of the other byte order, with its mark': (text) => utf16(`${BOM}${text}`).swap16(),
  'UTF-32': (text) => Buffer.concat(Array.from(`${BOM}${text}`, (each) => Buffer.from([each.charCodeAt(0), 0, 0, 0]))),
  'Latin 1': (text) => Buffer.from(text.replace('e', 'é'), 'latin1'),
  'a letter that ends early': (text) => Buffer.concat([Buffer.from([0xe2, 0x82]), Buffer.from(text)]),
  'half of a surrogate pair': (text) => Buffer.concat([Buffer.from([0xed, 0xa0, 0x80]), Buffer.from(text)]),
  'a letter in too many bytes': (text) => Buffer.concat([Buffer.from([0xc0, 0xaf]), Buffer.from(text)]),
  'what was broken before': (text) => Buffer.from(text.replace('e', '\ufffd')),
  NUL: (text) => Buffer.from(text.replace('e', '\0')),
};

for (const [what, encode] of Object.entries(broken)) {
  test(`${what} is refused by that name, as a password and as JSON, and is not repeated`, async (t) => {
    const refusal = { instanceOf: UsageError, message: /^standard input .*UTF-8/ };
    const error = await t.throwsAsync(readPasswordLine(piped(encode('secret horse\n'))), refusal);
    t.notRegex(error?.message ?? '', /horse/);
    await t.throwsAsync(readJsonObject('-', piped(encode('{"name":"secret horse"}'))), refusal);
    const file = join(await temporaryFolder(t), 'claims.json');
    await writeFile(file, encode('{"name":"secret horse"}'));
    await t.throwsAsync(readJsonObject(file), { instanceOf: UsageError, message: /claims\.json .*UTF-8/ });
  });
}

test('JSON of a file or of standard input may begin with a byte order mark', async (t) => {
  const file = join(await temporaryFolder(t), 'claims.json');
  for (const mark of ['', BOM, `${BOM}${BOM}`]) {
    const json = `${mark} {"nickname":"Jürgen","x":["\\ud83d\\ude00"]}\r\n`;
    await writeFile(file, json);
    const value = { nickname: 'Jürgen', x: ['😀'] };
    t.deepEqual([await readJsonObject(file), await readJsonObject('-', piped(json))], [value, value]);
  }
});

test('an unpaired surrogate is refused, also where JSON writes it as an escape', async (t) => {
  for (const json of [
    '{"a":"\\ud83d"}',
    '{"a":{"b":["x\\udc00"]}}',
    '{"\\ud83d":1}',
    '{"a":"\\ude00\\ud83d"}',
    '{"a":"\\ufffd"}',
  ])
    await t.throwsAsync(readJsonObject('-', piped(json)), { instanceOf: UsageError, message: /UTF-8/ });
});

test('what the shell handed over broken is refused, and the place is said', (t) => {
  t.notThrows(() => checkArguments(['account', 'create', '--name', 'Jürgen 😀', '']));
  for (const word of ['J\ufffdrgen', '\ufffd', '--name=\ufffd'])
    t.throws(() => checkArguments(['account', word]), { instanceOf: UsageError, message: /^argument 2.*UTF-8/ });
});
