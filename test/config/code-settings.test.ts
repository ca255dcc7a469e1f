/** The settings of codes that are sent: what is accepted, what holds without a way to send, and what is refused without showing it. */
import test from 'ava';
import { ConfigurationError, sentCodesOf } from '../../src/config/config.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { warningsOf } from '../../src/config/warnings.ts';
import { production, refusedVariables } from './settings.ts';

const secretOf = (bytes: number): string =>
  `whsec_${Buffer.from(Array.from({ length: bytes }, (_, at) => (at * 89 + 7) % 256)).toString('base64')}`;
const SECRET = secretOf(32);
const URL = 'https://sms.example.com/codes?from=latchkey';

test('mailed codes are a fallback unless a setting says otherwise, and sign nobody in by themselves', (t) => {
  t.deepEqual(sentCodesOf(readConfig({})), { mail: 'fallback', phone: 'off', signInByMail: false });
  const all = { CODES_BY_MAIL: 'mfa', SIGN_IN_BY_MAIL: 'on', OTP_WEBHOOK_URL: URL, OTP_WEBHOOK_SECRET: SECRET };
  t.deepEqual(sentCodesOf(readConfig(all)), { mail: 'mfa', phone: 'fallback', signInByMail: true });
  t.deepEqual(warningsOf(readConfig(all)), []);
  for (const variable of ['CODES_BY_MAIL', 'CODES_BY_PHONE', 'SIGN_IN_BY_MAIL'])
    t.deepEqual(refusedVariables({ [variable]: 'maybe' }), [variable]);
});

test('without mail, or without a webhook, such codes are off, and a start says so', (t) => {
  const wanted = readConfig({ ...production(), CODES_BY_MAIL: 'mfa', CODES_BY_PHONE: 'mfa', SIGN_IN_BY_MAIL: 'on' });
  t.deepEqual(sentCodesOf(wanted), { mail: 'off', phone: 'off', signInByMail: false });
  const warned = warningsOf(wanted).map(({ variable }) => variable);
  t.deepEqual(warned.toSorted(), ['CODES_BY_MAIL', 'CODES_BY_PHONE', 'SIGN_IN_BY_MAIL', 'SMTP_URL']);
});

test('the address of a webhook is https, and in development http on this machine where outgoing requests may go', (t) => {
  const local = { OTP_WEBHOOK_URL: 'http://127.0.0.1:6000/codes', OTP_WEBHOOK_SECRET: SECRET };
  const allowed = { ...local, OUTBOUND_ALLOW_PRIVATE: 'http://127.0.0.1:6000' };
  t.deepEqual(refusedVariables(local), ['OTP_WEBHOOK_URL']);
  t.deepEqual(refusedVariables({ ...local, OUTBOUND_ALLOW_PRIVATE: 'http://127.0.0.1:6001' }), ['OTP_WEBHOOK_URL']);
  t.deepEqual(refusedVariables(allowed), []);
  t.deepEqual(refusedVariables({ ...production(), ...allowed }), ['OTP_WEBHOOK_URL']);
  const bad = [
    'http://sms.example.com/',
    'sms.example.com',
    'ftp://localhost/',
    'https://user:hunter2@sms.example.com',
    'https://sms.example.com/#part',
    'https://sms.example.com/a b',
    'https://sms.example.com/\nx',
  ];
  for (const url of bad) {
    const error = t.throws(() => readConfig({ OTP_WEBHOOK_URL: url, OTP_WEBHOOK_SECRET: SECRET }), {
      instanceOf: ConfigurationError,
    });
    t.deepEqual(
      error?.problems.map(({ variable }) => variable),
      ['OTP_WEBHOOK_URL'],
      url,
    );
    t.notRegex(JSON.stringify(error?.problems), /hunter2/);
  }
});

test('a webhook has a secret of 32 to 64 bytes, which no problem shows', (t) => {
  t.deepEqual(refusedVariables({ OTP_WEBHOOK_URL: URL }), ['OTP_WEBHOOK_SECRET']);
  t.deepEqual(refusedVariables({ OTP_WEBHOOK_SECRET: SECRET }), ['OTP_WEBHOOK_URL']);
  for (const bytes of [32, 33, 64])
    t.is(
      readConfig({ OTP_WEBHOOK_URL: URL, OTP_WEBHOOK_SECRET: secretOf(bytes) }).otpWebhook?.secret.byteLength,
      bytes,
    );
  const bad = [
    secretOf(31),
    secretOf(65),
    SECRET.slice('whsec_'.length),
    `${SECRET}!`,
    SECRET.replace(/=$/, ''),
    `whsec_${Buffer.alloc(32, 'hunter2 and so on').toString('base64')}`,
  ];
  for (const secret of bad) {
    const error = t.throws(() => readConfig({ OTP_WEBHOOK_URL: URL, OTP_WEBHOOK_SECRET: secret }), {
      instanceOf: ConfigurationError,
    });
    t.deepEqual(
      error?.problems.map(({ variable }) => variable),
      ['OTP_WEBHOOK_SECRET'],
      secret,
    );
    t.false(`${error?.message} ${JSON.stringify(error?.problems)}`.includes(secret.slice(6, 20)));
  }
});
