import test from 'ava';
import { combineOptions } from '../../../src/provider/create-provider.ts';

test('options and features of all concerns are joined', (t) => {
  t.deepEqual(
    combineOptions([
      { clockTolerance: 5, features: { dPoP: { enabled: true } } },
      { scopes: ['openid'], features: { userinfo: { enabled: false } } },
    ]),
    { clockTolerance: 5, scopes: ['openid'], features: { dPoP: { enabled: true }, userinfo: { enabled: false } } },
  );
});

test('an option that two concerns set is an error', (t) => {
  t.throws(() => combineOptions([{ clockTolerance: 5 }, { clockTolerance: 6 }]), { message: /clockTolerance/ });
});

test('a feature that two concerns set is an error', (t) => {
  const part = { features: { userinfo: { enabled: true } } };
  t.throws(() => combineOptions([part, part]), { message: /features\.userinfo/ });
});
