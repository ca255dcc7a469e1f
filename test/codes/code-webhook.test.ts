/** How codes are posted to a gateway of the operator's. */
import type { ServerResponse } from 'node:http';
import test, { type ExecutionContext } from 'ava';
import { Webhook } from 'standardwebhooks';
import { CodeWebhook, webhookSignature } from '../../adapters/webhook/code-webhook.ts';
import { isInternal } from '../../adapters/webhook/internal-addresses.ts';
import { type CodeMessage, CodeNotSent } from '../../src/ports/code-sender.ts';
import { type Call, startOutside } from '../protocol/outside.ts';

const SECRET = Buffer.alloc(32, 'a secret of the webhook');
const NOW = 1_800_000_000_123;
const message: CodeMessage = {
  id: 'msg_2b7e151628aed2a6',
  channel: 'sms',
  destination: '+49 170 1234567',
  code: '083125',
  language: 'de',
  accountId: 'ada',
  appName: 'Notizen \u2013 \u201cf\u00fcr Ada\u201d',
  expiresAt: NOW + 600_000,
};

async function gateway(
  t: ExecutionContext,
  answer: (call: Call, response: ServerResponse) => void = (_call, response) => void response.writeHead(204).end(),
) {
  const outside = await startOutside(answer);
  t.teardown(() => outside.stop());
  return outside;
}

const senderTo = (url: string, more: Partial<ConstructorParameters<typeof CodeWebhook>[0]> = {}) =>
  new CodeWebhook({
    url,
    secret: SECRET,
    allowPrivate: [new URL(url).origin],
    clock: { now: () => NOW },
    ...more,
  });

async function failureOf(sender: CodeWebhook): Promise<CodeNotSent> {
  try {
    await sender.send(message);
  } catch (error) {
    if (error instanceof CodeNotSent) return error;
    throw error;
  }
  throw new Error('it was sent');
}

test('the signature is that of the example in the specification', (t) => {
  const secret = Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64');
  const signed = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', timestamp: 1_614_265_330, body: '{"test": 2432232314}' };
  t.is(webhookSignature(signed, secret), 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
});

test('a code is one request that the reference library accepts, and no other body or id', async (t) => {
  const { origin, calls } = await gateway(t);
  await senderTo(`${origin}/codes?from=us`, { clock: { now: () => Date.now() } }).send(message);
  const [call] = calls;
  if (call === undefined || calls.length !== 1) return t.fail('one request');
  t.like(call, { method: 'POST', path: '/codes?from=us' });
  t.is(call.headers['content-type'], 'application/json');
  const headers = Object.fromEntries(Object.entries(call.headers).map(([name, value]) => [name, String(value)]));
  const receiver = new Webhook(`whsec_${SECRET.toString('base64')}`);
  const { id, channel, destination, code, language, accountId: account, appName: app } = message;
  const expected = { id, type: 'code', channel, destination, code, language, account, app };
  t.deepEqual(receiver.verify(call.body, headers), {
    ...expected,
    expires_at: new Date(message.expiresAt).toISOString(),
  });
  t.is(headers['webhook-id'], id);
  t.throws(() => receiver.verify(call.body.replace('083125', '083126'), headers));
  t.throws(() => receiver.verify(call.body, { ...headers, 'webhook-id': 'msg_other' }));
  return undefined;
});

test('whatever a gateway answers but 2xx is a failure, and no redirect is followed', async (t) => {
  const second = await gateway(t);
  for (const status of [301, 302, 307, 308, 400, 401, 404, 429, 500, 503]) {
    const { origin } = await gateway(t, (_call, response) => {
      response.writeHead(status, { location: `${second.origin}/` }).end(`the code was ${message.code}`);
    });
    t.like(await failureOf(senderTo(origin)), { failure: 'rejected', detail: String(status) });
  }
  t.is(second.calls.length, 0);
});

test('a gateway that does not answer, or is not there, is given up in time', async (t) => {
  const silent = await gateway(t, () => undefined);
  const failure = await failureOf(senderTo(silent.origin, { deadlineMilliseconds: 50 }));
  t.is(failure.failure, 'timed_out');
  const gone = await startOutside(() => undefined);
  await gone.stop();
  t.like(await failureOf(senderTo(gone.origin)), { failure: 'unreachable', detail: 'ECONNREFUSED' });
});

test('an endless answer costs nothing: its status is all that is read', async (t) => {
  const { origin } = await gateway(t, (_call, response) => {
    response.writeHead(200);
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536)));
    };
    response.on('drain', more);
    more();
  });
  await t.notThrowsAsync(senderTo(origin).send(message));
});

test('internal addresses are not reached, by name or number, unless their origin is listed', async (t) => {
  const { origin, calls } = await gateway(t);
  const { port } = new URL(origin);
  const hosts = ['localhost', '127.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '0x7f.1', '2130706433'];
  for (const host of hosts) {
    const { failure } = await failureOf(senderTo(`http://${host}:${port}`, { allowPrivate: [] }));
    t.is(failure, 'address_not_allowed', host);
  }
  t.is(calls.length, 0);
});

test('every range that is not of the public internet is internal, and its neighbours are not', (t) => {
  const within = [
    ...['0.0.0.0', '10.255.0.1', '100.64.0.1', '127.8.9.1', '169.254.169.254', '172.31.255.255', '192.168.0.1'],
    ...['198.19.0.1', '224.0.0.1', '255.255.255.255', '::', '::1', '::ffff:10.0.0.1', '::ffff:a00:1', 'fe80::1'],
    ...['fd00::1', 'ff02::1', '64:ff9b::a00:1', '2002:a00:1::', '2001:db8::1', '::10.0.0.1', 'not an address', ''],
  ];
  for (const address of within) t.true(isInternal(address), address);
  const outside = [
    '9.255.255.255',
    '11.0.0.1',
    '100.128.0.1',
    '172.32.0.1',
    '93.184.216.34',
    '2606:4700::1',
    '2a00::1',
  ];
  for (const address of outside) t.false(isInternal(address), address);
});

test('no failure names the code, the number or the secret', async (t) => {
  const { origin } = await gateway(t, (_call, response) => void response.writeHead(500).end());
  const failures = [
    await failureOf(senderTo(origin)),
    await failureOf(senderTo('http://127.0.0.1:9', { allowPrivate: [] })),
    await failureOf(senderTo('http://127.0.0.1:9')),
  ];
  for (const { message: text, stack, failure, detail, cause } of failures) {
    const shown = [text, stack, failure, detail, String(cause)].join(' ');
    t.notRegex(shown, /083125|1234567|a secret/);
  }
});
