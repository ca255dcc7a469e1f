/** No part of a password leaves an address of MongoDB, however it is written: not in a sentence, and not as the name of a host. */
import { randomBytes } from 'node:crypto';
import test from 'ava';
import { connectionTo } from '../../adapters/mongodb/connection.ts';
import { ConfigurationError } from '../../src/config/config.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { checkStorageAddress } from '../../src/open-storage.ts';
import { explainFailure } from '../../src/start-failure.ts';

const SECRET = 'Zk9pwQ';

/** What somebody reads of this address; undefined where nothing is wrong with it. */
async function said(url: string): Promise<string | undefined> {
  try {
    await checkStorageAddress(readConfig({ STORAGE_URL: url }).storageUrl);
    return undefined;
  } catch (error) {
    return explainFailure(error);
  }
}

const options = 'mongodb://app:word@db.invalid/l?';

const unescaped: readonly string[] = [
  `mongodb://app:S3cr@t?${SECRET}@db.invalid/latchkey`,
  `mongodb://app:S3cr@t?${SECRET}=1@db.invalid/latchkey`,
  `mongodb://app:S3cr@t?tls=true&${SECRET}@db.invalid/latchkey`,
  `mongodb://app:S3cr@${SECRET}/x@localhost`,
  `mongodb://app:S3cr@${SECRET}/x/y@localhost/l`,
  `mongodb://app:S3cr@${SECRET}/@localhost/l`,
  `mongodb://app:S3cr@${SECRET}?@localhost/l`,
  `mongodb://app:S3cr@${SECRET}?a=b&c@localhost/l`,
  `mongodb://app:S3cr@t/${SECRET}?x@localhost/l`,
  `mongodb://${SECRET}@t/x@localhost/l`,
  `mongodb+srv://app:S3cr@${SECRET}/x@db.invalid`,
  `mongodb+srv://app:S3cr@t?${SECRET}@db.invalid`,
  `${options}tls=true&tlsCertificateKeyFilePassword=ab&${SECRET}`,
  `${options}tls=true&tlsCertificateKeyFilePassword=ab&${SECRET}=x`,
  `${options}tls=true&tlsCertificateKeyFilePassword=ab&x&${SECRET}`,
  `${options}authMechanismProperties=AWS_SESSION_TOKEN:ab&${SECRET}==`,
  `${options}authMechanismProperties=AWS_SESSION_TOKEN:${SECRET}&ab==`,
  `${options}proxyHost=127.0.0.1&proxyUsername=a&proxyPassword=b?&${SECRET}`,
];

for (const url of unescaped) {
  test(`refused without a part of it: ${url}`, async (t) => {
    const text = (await said(url)) ?? '';
    t.regex(text, /percent-encode/);
    t.notRegex(text, new RegExp(SECRET, 'i'));
  });
}

test('a random part of a password with signs around it is never said and never the host that is looked up', async (t) => {
  const signs = ['@', '/', '?', '#', '&', '=', ':', ',', '%', '[', ']', ' ', '+', ';', '$', '\\', '"', "'", '\n'];
  const rests = ['db.invalid/latchkey', '127.0.0.1', 'db.invalid/?tls=true', 'db.invalid/l?appName=x'];
  const pairs = signs.flatMap((one) => ['', ...signs].map((other) => [one, other] as const));
  for (const [one, other] of pairs) {
    const part = randomBytes(6).toString('hex');
    const more = [
      `S3cr${one}${part}`,
      `${one}${part}${other}x`,
      `S3cr${one}t${other}${part}`,
      `${part}${one}y${other}`,
    ];
    for (const [at, password] of more.entries()) {
      for (const scheme of ['mongodb', 'mongodb+srv']) {
        const url = `${scheme}://app:${password}@${rests[at % rests.length]}`;
        const text = await said(url);
        if (text !== undefined) t.false(text.toLowerCase().includes(part), `${url}\n${text}`);
        else {
          const { hosts, srvHost = '' } = connectionTo({ url }).client.options;
          t.false(`${hosts.join()}${srvHost}`.toLowerCase().includes(part), url);
        }
      }
    }
  }
});

test('a random part of a value with signs around it is never said', async (t) => {
  const signs = ['@', '/', '?', '#', '&', '=', ':', ',', '%'];
  for (const name of [
    'tlsCertificateKeyFilePassword',
    'authMechanismProperties',
    'noSuchOption',
    'tls',
    'w',
    'compressors',
  ]) {
    for (const one of signs) {
      for (const other of signs) {
        const part = randomBytes(6).toString('hex');
        const url = `mongodb://app:word@db.invalid/l?${name}=a${one}${part}${other}b&authMechanism=none`;
        for (const text of [await said(url), await said(`${url}@db.invalid/latchkey`)]) {
          t.false(text?.toLowerCase().includes(part) ?? false, `${url}\n${text}`);
        }
      }
    }
  }
});

test('what is right in a value is not taken for a password', (t) => {
  for (const url of ['mongodb://app:word@db/l?appName=a@b', 'mongodb://app:word@db/?authSource=admin&w=majority']) {
    t.notThrows(() => readConfig({ STORAGE_URL: url }), ConfigurationError.name);
  }
});
