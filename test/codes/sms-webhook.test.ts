/** The example that takes codes and sends texts, run against the adapter that posts them. */
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import got from 'got';
import { CodeWebhook, webhookSignature } from '../../adapters/webhook/code-webhook.ts';
import { type Sms, smsGateway } from '../../examples/sms-webhook/gateway.ts';
import { createSmsWebhook } from '../../examples/sms-webhook/server.ts';
import { readSettings } from '../../examples/sms-webhook/settings.ts';
import type { CodeMessage } from '../../src/ports/code-sender.ts';
import { startOutside } from '../protocol/outside.ts';
import { ManualClock } from '../support/clock.ts';
import { startExample } from '../support/example-process.ts';

const SECRET = Buffer.alloc(32, 'a secret of the webhook');
const message: CodeMessage = {
  id: 'msg_1',
  channel: 'sms',
  destination: '+49 170 1234567',
  code: '083125',
  language: 'de-AT',
  accountId: 'ada',
  appName: 'Notizen',
  expiresAt: 1_800_000_000_000,
};

async function example(t: ExecutionContext, sendSms?: (sms: Sms) => Promise<void>) {
  const clock = new ManualClock();
  const sent: Sms[] = [];
  const failures: string[] = [];
  const webhook = createSmsWebhook({
    secret: SECRET,
    sendSms: sendSms ?? (async (sms) => void sent.push(sms)),
    now: () => clock.now(),
    onFailure: (reason) => void failures.push(reason),
  });
  const url = `http://localhost:${await webhook.listen(0)}/`;
  t.teardown(() => webhook.close());
  const adapter = (secret = SECRET) => new CodeWebhook({ url, secret, allowPrivate: [new URL(url).origin], clock });
  return { clock, sent, failures, url, adapter };
}

test('a code that the provider posts is one text, in the language of whoever gets it', async (t) => {
  const { adapter, sent } = await example(t);
  await adapter().send(message);
  await adapter().send({ ...message, id: 'msg_2', language: 'en', appName: undefined });
  t.deepEqual(sent, [
    { to: '+49 170 1234567', text: '083125 ist Ihr Code f\u00fcr Notizen. Geben Sie ihn nicht weiter.' },
    { to: '+49 170 1234567', text: '083125 is your code. Never pass it on.' },
  ]);
});

test('a message of another secret, or of another time, is refused, and the same one again is not sent twice', async (t) => {
  const { adapter, sent, url, clock } = await example(t);
  await t.throwsAsync(adapter(Buffer.alloc(32, 'another secret')).send(message), { message: /rejected 401/ });
  const body = JSON.stringify({ ...message, type: 'code' });
  const timestamp = Math.floor(clock.now() / 1000);
  const post = (more: Record<string, string> = {}) =>
    got.post(url, {
      body,
      throwHttpErrors: false,
      retry: { limit: 0 },
      headers: {
        'webhook-id': 'msg_1',
        'webhook-timestamp': String(timestamp),
        'webhook-signature': webhookSignature({ id: 'msg_1', timestamp, body }, SECRET),
        ...more,
      },
    });
  t.is((await post({ 'webhook-timestamp': String(timestamp + 1) })).statusCode, 401);
  t.is((await post({ 'webhook-id': 'msg_2' })).statusCode, 401);
  t.is((await post({ 'webhook-signature': 'v1,' })).statusCode, 401);
  t.is(sent.length, 0);
  const all = await Promise.all(Array.from({ length: 20 }, () => post()));
  t.true(all.every(({ statusCode }) => statusCode === 204));
  t.is(sent.length, 1);
  clock.advance(301);
  t.is((await post()).statusCode, 401);
  clock.advance(-602);
  t.is((await post()).statusCode, 401);
  t.is(sent.length, 1);
});

test('what is no code, or too long, is refused; a gateway that fails is told without the code', async (t) => {
  const gateway = await startOutside((_call, response) => void response.writeHead(500).end('083125'));
  t.teardown(() => gateway.stop());
  const { adapter, failures, url } = await example(t, smsGateway({ url: gateway.origin, authorization: 'Bearer x' }));
  await t.throwsAsync(adapter().send({ ...message, code: 'abc' }), { message: /rejected 400/ });
  await t.throwsAsync(adapter().send({ ...message, destination: '170; drop' }), { message: /rejected 400/ });
  await t.throwsAsync(adapter().send({ ...message, appName: 'x'.repeat(20_000) }), { message: /rejected 413/ });
  await t.throwsAsync(adapter().send(message), { message: /rejected 502/ });
  t.deepEqual(failures, ['the gateway answered 500']);
  t.like(gateway.calls[0], { headers: { authorization: 'Bearer x' } });
  t.is((await got(url, { throwHttpErrors: false })).statusCode, 405);
});

test('the example needs a secret, and a gateway unless it is to print codes', async (t) => {
  const secret = `whsec_${SECRET.toString('base64')}`;
  t.throws(() => readSettings({}), { message: /OTP_WEBHOOK_SECRET/ });
  t.throws(() => readSettings({ OTP_WEBHOOK_SECRET: secret }), { message: /GATEWAY_URL/ });
  t.like(readSettings({ OTP_WEBHOOK_SECRET: secret, GATEWAY_URL: 'https://sms.example' }), {
    gateway: { url: 'https://sms.example' },
  });
  const main = fileURLToPath(new URL('../../examples/sms-webhook/main.ts', import.meta.url));
  const environment = { OTP_WEBHOOK_SECRET: secret, DRY_RUN: '1', PORT: '0' };
  const { child, address } = await startExample(t, [main], { environment });
  t.is((await got.post(address, { throwHttpErrors: false })).statusCode, 401);
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  t.deepEqual(await exited, [0, null]);
});
