import { randomBytes } from 'node:crypto';
import test from 'ava';
import { registerClient } from '../../../src/domain/clients/register.ts';
import { isWeakSecret, newClientSecret } from '../../../src/domain/clients/secrets.ts';
import { rejectsWith } from '../../support/domain-errors.ts';
import { openRegistry } from '../../support/registry.ts';

test('random secrets of 128 bits or more pass, in every usual encoding', (t) => {
  for (let round = 0; round < 500; round += 1) {
    const bytes = randomBytes(16);
    for (const encoding of ['hex', 'base64url', 'base64'] as const) t.false(isWeakSecret(bytes.toString(encoding)));
    t.false(isWeakSecret(bytes.toString('hex').toUpperCase()));
    t.false(isWeakSecret(newClientSecret()));
    t.false(isWeakSecret(crypto.randomUUID()));
    t.false(isWeakSecret(`${bytes.readBigUInt64BE()}${randomBytes(16).readBigUInt64BE()}`.padEnd(39, '0123456789')));
  }
});

test('what has less in its form is weak', (t) => {
  for (const secret of [
    'secret',
    'old secret',
    '20261125',
    randomBytes(15).toString('hex'),
    randomBytes(15).toString('base64url'),
    '1'.repeat(100),
    'abc'.repeat(100),
    '12345678'.repeat(4),
  ])
    t.true(isWeakSecret(secret), secret);
});

test('a weak secret is refused unless it is forced, and one that is made never is weak', async (t) => {
  const registry = await openRegistry(t);
  const client = { redirect_uris: ['https://shop.example/cb'], client_secret: 'old secret' };
  const { message } = await rejectsWith(t, 'client_metadata_invalid', () => registerClient(client, registry));
  t.regex(message, /128 bits/);
  t.false(message.includes('old secret'));
  t.like(await registerClient(client, registry, { allowsWeakSecret: true }), client);
});
