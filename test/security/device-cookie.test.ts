/** The cookie of a known device: how it is set, and that one which is not ours is not read. */
import { randomBytes } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import got from 'got';
import Koa from 'koa';
import { KnownDevices } from '../../src/domain/throttle/known-devices.ts';
import { createKeyRing, textCipher } from '../../src/storage/encryption/key-ring.ts';
import { DeviceCookie } from '../../src/web/interactions/device-cookie.ts';
import { ManualClock } from '../support/clock.ts';

/** Answers with the id of the device that asks, and makes it known to ada. */
async function serve(t: ExecutionContext, issuer: string) {
  const devices = new KnownDevices({
    cipher: textCipher(createKeyRing([randomBytes(32)]), 'known device'),
    clock: new ManualClock(),
  });
  const cookie = new DeviceCookie(issuer, devices);
  const app = new Koa({ proxy: true });
  // Koa signs cookies by default when it has keys.
  app.keys = ['a key of the app'];
  app.use((ctx) => {
    ctx.req.headers['x-forwarded-proto'] = new URL(issuer).protocol.slice(0, -1);
    const device = cookie.read(ctx);
    cookie.remember(ctx, device, { id: 'ada' });
    ctx.body = device?.id ?? 'unknown';
  });
  const server = http.createServer(app.callback());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return (headers: Record<string, string> = {}) => got(address, { headers, agent: { http: new http.Agent() } });
}

test('on https it cannot be set by a sibling domain, nor sent in the clear, nor read by scripts', async (t) => {
  const ask = await serve(t, 'https://id.example.com');
  const [cookie = '', ...others] = (await ask()).headers['set-cookie'] ?? [];
  t.deepEqual(others, []);
  t.regex(cookie, /^__Host-latchkey_device=[\w-]+; path=\/; expires=[^;]+; samesite=lax; secure; httponly$/i);
});

test('on http it has no prefix, which browsers would refuse there', async (t) => {
  const ask = await serve(t, 'http://localhost:3000');
  const [cookie = ''] = (await ask()).headers['set-cookie'] ?? [];
  t.regex(cookie, /^latchkey_device=[\w-]+; path=\/; expires=[^;]+; samesite=lax; httponly$/i);
});

test('a cookie that comes back is the same device, and one that is changed or by another name is none', async (t) => {
  const ask = await serve(t, 'https://id.example.com');
  const [pair = ''] = ((await ask()).headers['set-cookie'] ?? []).map((cookie) => cookie.split(';')[0] ?? '');
  const { body: id } = await ask({ cookie: pair });
  t.not(id, 'unknown');
  t.is((await ask({ cookie: pair })).body, id);
  for (const cookie of [
    pair.replace('__Host-', ''),
    pair.slice(0, -2),
    `${pair}x`,
    pair.replace('=', '=x'),
    '__Host-latchkey_device=',
    '__Host-latchkey_device=%00%ff',
    `__Host-latchkey_device=${'a.'.repeat(900)}`,
  ])
    t.is((await ask({ cookie })).body, 'unknown', cookie.slice(0, 60));
});
