/** Which of the driver's errors mean that the database cannot be used now. */
import test from 'ava';
import { MongoCompatibilityError, MongoError, MongoNetworkError, MongoServerError } from 'mongodb';
import { reaching, reachingWithin } from '../../adapters/mongodb/errors.ts';
import { StorageAccessDenied, StorageUnavailable } from '../../src/storage/driver.ts';

const answered = (code: number, labels: readonly string[] = []): MongoServerError => {
  const error = new MongoServerError({ message: 'answered', code });
  for (const label of labels) error.addErrorLabel(label);
  return error;
};

const unavailable: Readonly<Record<string, Error>> = {
  'a broken connection': new MongoNetworkError('connection closed'),
  'a server too old for the driver': new MongoCompatibilityError('reports maximum wire version 8'),
  'a primary that stepped down': answered(189),
  'a server that is not the primary': answered(10107),
  'a server that is shutting down': answered(11600),
  'no majority in time': answered(64),
  'a server that asks to try again': answered(1, ['RetryableWriteError']),
  'a name that does not resolve': Object.assign(new Error('querySrv ENOTFOUND'), { syscall: 'querySrv' }),
};

for (const [title, error] of Object.entries(unavailable)) {
  test(`${title} is StorageUnavailable, with its cause`, async (t) => {
    const thrown = await t.throwsAsync(
      reaching(() => Promise.reject(error)),
      { instanceOf: StorageUnavailable },
    );
    t.is(thrown.cause, error);
  });
}

const denied = [
  [18, 'credentials'],
  [334, 'credentials'],
  [8000, 'credentials'],
  [13, 'rights'],
] as const;

for (const [code, reason] of denied) {
  test(`answer ${code} is StorageAccessDenied for its ${reason}`, async (t) => {
    const error = answered(code, ['HandshakeError']);
    const thrown = await t.throwsAsync(
      reaching(() => Promise.reject(error)),
      { instanceOf: StorageAccessDenied },
    );
    t.is(thrown.deniedReason, reason);
    t.is(thrown.cause, error);
  });
}

const mistakes: Readonly<Record<string, Error>> = {
  'a duplicate key': answered(11000, ['RetryableWriteError']),
  'a command that the server does not understand': answered(9),
  'an error of ours': new TypeError('no such index'),
  'an error of the driver that says nothing of the network': new MongoError('cannot serialize'),
  'a certificate file that is not there': Object.assign(new Error('ENOENT'), { syscall: 'open' }),
};

for (const [title, error] of Object.entries(mistakes)) {
  test(`${title} stays what it is`, async (t) => {
    t.is(await t.throwsAsync(reaching(() => Promise.reject(error))), error);
  });
}

test('a call that takes longer than its deadline is StorageUnavailable', async (t) => {
  const never = new Promise<never>(() => undefined);
  await t.throwsAsync(
    reachingWithin(1, () => never),
    { instanceOf: StorageUnavailable },
  );
});

test('a call that fails after its deadline fails no other', async (t) => {
  const { promise, reject } = Promise.withResolvers<never>();
  await t.throwsAsync(
    reachingWithin(1, () => promise),
    { instanceOf: StorageUnavailable },
  );
  reject(new Error('too late'));
  await new Promise(setImmediate);
});
