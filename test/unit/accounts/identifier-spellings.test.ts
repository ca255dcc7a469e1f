/** Spellings of one e-mail address or username are one: where it is made, looked up and counted. */
import test from 'ava';
import fc from 'fast-check';
import { readEmailAddress, readUsername } from '../../../src/domain/accounts/identifiers.ts';
import { canonicalIdentifier } from '../../../src/storage/records/canonical-identifier.ts';
import { rejectsWith } from '../../support/domain-errors.ts';

/** As it is stored, and how else it is typed. */
const spellings: Readonly<Record<string, readonly string[]>> = {
  'info@exämple.test': ['info@xn--exmple-cua.test', 'info@exa\u0308mple.test'],
  'a@bücher.example.com': ['a@XN--BCHER-KVA.example.com', 'a@bücher。example．com', 'a@bücher.ｅｘａｍｐｌｅ.com'],
  'a@उदाहरण.परीक्षा': ['a@xn--p1b6ci4b4b3a.xn--11b5bs3a9aj6g', 'a@उदाहरण。परीक्षा'],
  'a@ตัวอย่าง.ไทย': ['a@xn--72c1a1bt4awk9o.xn--o3cw4h', 'a@ตัวอย่าง｡ไทย'],
  'a@உதாரணம்.பரிட்சை': ['a@xn--zkc6cc5bi7f6e.xn--hlcj6aya9esc7a'],
  'a@নমুনা.বাংলা': ['a@xn--85bar9dn.বাংলা'],
  'a@ಉದಾಹರಣೆ.ಭಾರತ': ['a@ಉದಾಹರಣೆ.xn--2scrj9c'],
  'a@ឧទាហរណ៍.test': ['a@xn--w2ef1ax7a5fyh.test'],
  'a@пример.испытание': ['a@xn--e1afmkfd.xn--80akhbyknj4f', 'a@ПРИМЕР.испытание'],
  'a@例え.テスト': ['a@xn--r8jz45g.xn--zckzah', 'a@例え.ﾃｽﾄ'],
  'a@نامه\u200cای.com': ['a@xn--mgba3gch31f060k.com'],
  'a@מומחה.test': ['a@xn--8dbbg0ab.TEST'],
  'a@faß.test': ['a@xn--fa-hia.test', 'a@FAẞ.test'],
  'a@σασ.test': ['a@xn--mxa9ab.test', 'a@ΣΑΣ.test'],
  'a@col·lecció.test': ['a@COL·LECCIÓ.test'],
  'a@127.1': ['a@127。1', 'a@１２７.1'],
};

for (const [stored, others] of Object.entries(spellings)) {
  test(`${stored} is stored, and compared, as one in each of its spellings`, (t) => {
    for (const typed of [stored, ...others]) {
      t.is(readEmailAddress(typed), stored, typed);
      t.is(canonicalIdentifier(typed), canonicalIdentifier(stored), typed);
    }
  });
}

test('domains that only look alike stay apart', (t) => {
  for (const [one, other] of [
    ['a@fass.test', 'a@faß.test'],
    ['a@example.test', 'a@еxample.test'],
    ['a@127.1', 'a@127.0.0.1'],
    ['a@exmple.test', 'a@exämple.test'],
    ['a@b@exämple.test', 'a@exämple.test'],
  ] as const) {
    t.not(canonicalIdentifier(one), canonicalIdentifier(other), one);
  }
});

const unseen: Readonly<Record<string, string>> = {
  'a zero-width space': '\u200b',
  'a byte order mark': '\ufeff',
  'a left-to-right mark': '\u200e',
  'an Arabic letter mark': '\u061c',
  'an override of the direction': '\u202e',
  'an isolate': '\u2067',
  'a soft hyphen': '\u00ad',
  'a word joiner': '\u2060',
  'an invisible times': '\u2062',
  'a variation selector': '\ufe0f',
  'an ideographic variation selector': '\u{e0100}',
  'a grapheme joiner': '\u034f',
  'a tag': '\u{e0061}',
  'a Hangul filler': '\u3164',
  'a halfwidth Hangul filler': '\uffa0',
  'a Hangul vowel filler': '\u1160',
  'a Khmer vowel without a shape': '\u17b4',
  'a Mongolian vowel separator': '\u180e',
  'a blank of Braille': '\u2800',
  'an annotation anchor': '\ufff9',
  'a no-break space': '\u00a0',
  'an ideographic space': '\u3000',
  'a line separator': '\u2028',
  NUL: '\0',
  'a bell': '\u0007',
  'a C1 control': '\u0085',
};

for (const [what, character] of Object.entries(unseen)) {
  test(`${what} is refused in identifiers, and taken off the ends of what is looked up`, async (t) => {
    for (const email of [
      'a?b@x.test',
      '?ab@x.test',
      'ab?@x.test',
      'ab@?x.test',
      'ab@x?y.test',
      'ab@ä?.test',
      'ab@x.test?',
    ])
      await rejectsWith(t, 'email_invalid', () => readEmailAddress(email.replace('?', character)));
    for (const username of ['a?b', '?ab', 'ab?', '?'])
      await rejectsWith(t, 'username_invalid', () => readUsername(username.replace('?', character)));
    const ends = `${character}${character} `;
    for (const typed of ['ab', 'ab@x.test', 'a@exämple.test'])
      t.is(canonicalIdentifier(`${ends}${typed}${ends}`), canonicalIdentifier(typed));
  });
}

test('joiners are refused but where IDNA knows their places', async (t) => {
  for (const joiner of ['\u200c', '\u200d']) {
    for (const email of [`a${joiner}b@x.test`, `ab@x${joiner}y.test`, `ab@${joiner}ä.test`])
      await rejectsWith(t, 'email_invalid', () => readEmailAddress(email));
    await rejectsWith(t, 'username_invalid', () => readUsername(`a${joiner}b`));
  }
  t.is(readEmailAddress('a@श्\u200dर.test'), 'a@श्\u200dर.test');
});

test('what is no domain of anybody, and what would be read as something else, is refused', async (t) => {
  const labels = ['xn--a.test', 'xn--.test', 'xn--abc-.test', 'xn--exmple-xna.test', 'xn--ab-g4t.test', 'a.xn--zz'];
  const shapes = [
    'example.test.',
    'ä..test',
    '.ä',
    '-ä.test',
    'ä-.test',
    'a_b.test',
    'ä_b.test',
    `${'ü'.repeat(60)}.test`,
  ];
  const others = [
    'ä.1',
    'ä:80',
    'ä/x',
    'ä?x',
    'ä#x',
    'ä\\x',
    'ä%41',
    '[::1]',
    'xn--6ii.test',
    'ä\ufffd',
    '\u0301ä.test',
  ];
  for (const domain of [...labels, ...shapes, ...others])
    await rejectsWith(t, 'email_invalid', () => readEmailAddress(`a@${domain}`));
  for (const mailbox of ['a＠b', 'a﹫b', '\u0301a', 'a\ufffd', 'a\ud800', 'a\u00a8b', 'a；b', 'a＂b', '\ue000'])
    await rejectsWith(t, 'email_invalid', () => readEmailAddress(`${mailbox}@x.test`));
  for (const username of ['\u0301', '\u0301a', 'a\ufffd', 'a\ud800', '\ue000'])
    await rejectsWith(t, 'username_invalid', () => readUsername(username));
});

const anyLetter = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  fc.constantFrom(...'aZ09.-_@ßẞσςΣİıｅ。．ä\u0308\u0327शि์ไ\u200c\u200d\u00ad\u3164א१'),
  fc.constantFrom(...Object.values(unseen), 'xn--exmple-cua', 'XN--', '.test'),
);
const anyText = fc.array(anyLetter, { maxLength: 12 }).map((letters) => letters.join(''));
const likelyText = fc
  .array(fc.constantFrom(...'abZ09ßẞσΣİｅäÄशริไא'), { minLength: 1, maxLength: 8 })
  .map((each) => each.join(''));
const anyAddress = fc
  .tuple(
    fc.oneof(likelyText, anyText),
    fc.array(fc.oneof(likelyText, anyText), { minLength: 1, maxLength: 3 }),
    fc.constantFrom('.', '。'),
  )
  .map(([mailbox, labels, dot]) => `${mailbox}@${labels.join(dot)}`);

function readOrUndefined(read: (text: string) => string, text: string): string | undefined {
  try {
    return read(text);
  } catch {
    return undefined;
  }
}

test('the canonical form of a canonical form is the same', (t) => {
  fc.assert(
    fc.property(fc.oneof(anyText, anyAddress), (text) => {
      const canonical = canonicalIdentifier(text);
      return canonicalIdentifier(canonical) === canonical;
    }),
    { numRuns: 3000 },
  );
  t.pass();
});

test('whatever is made of a text is found by that text, and made of itself again', (t) => {
  let made = 0;
  for (const [read, texts] of [
    [readEmailAddress, anyAddress],
    [readUsername, fc.oneof(likelyText, anyText)],
  ] as const) {
    fc.assert(
      fc.property(texts, (text) => {
        const stored = readOrUndefined(read, text);
        if (stored === undefined) return true;
        made += 1;
        return canonicalIdentifier(stored) === canonicalIdentifier(text) && read(stored) === stored;
      }),
      { numRuns: 3000 },
    );
  }
  t.true(made > 500, `${made}`);
});
