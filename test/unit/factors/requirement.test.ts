/** REQUIRE_SECOND_FACTOR: whom it covers, and what is enough for it. */
import test from 'ava';
import { hasSecondFactor, requiresSecondFactor } from '../../../src/domain/factors/requirement.ts';

const setting = { isForEverybody: false, roles: ['admin'], groups: ['staff', 'Board members'] };
const member = (...groups: readonly unknown[]) => ({ claims: { groups } });

test('it covers who has one of its roles or is in one of its groups, letter by letter, and nobody else', (t) => {
  const covered = [
    { claims: {}, roles: ['admin'] },
    { claims: {}, roles: ['developer', 'admin'] },
    member('staff'),
    member('guests', 'Board members'),
    { ...member('guests'), roles: ['admin'] },
  ];
  const others = [
    { claims: {} },
    { claims: {}, roles: [] },
    { claims: {}, roles: ['staff'] },
    { claims: {}, roles: ['Admin'] },
    member(),
    member('admin'),
    member('Staff'),
    member('staff '),
    member('staffing'),
    { claims: { groups: 'staff' } },
    { claims: { roles: ['admin'] } },
  ];
  for (const account of covered) t.true(requiresSecondFactor(account, setting), JSON.stringify(account));
  for (const account of others) t.false(requiresSecondFactor(account, setting), JSON.stringify(account));
  for (const account of others) t.true(requiresSecondFactor(account, { ...setting, isForEverybody: true }));
  const none = { isForEverybody: false, roles: [], groups: [] };
  for (const account of covered) t.false(requiresSecondFactor(account, none));
});

test('a sent code is a factor beside the password alone, and only where those count', (t) => {
  const acr = 'urn:latchkey:acr:password';
  const counts = (amr: unknown, areSentCodesFactors = true) => hasSecondFactor({ acr, amr }, { areSentCodesFactors });
  t.true(counts(['pwd', 'mca']));
  t.false(counts(['pwd', 'mca'], false));
  for (const amr of [['pwd'], ['mca'], [], undefined, 'pwd mca', ['otp']]) t.false(counts(amr), JSON.stringify(amr));
});

test('a level from two factors up is enough whatever it was reached by, and what is no level is not', (t) => {
  const isEnough = (acr: unknown) => hasSecondFactor({ acr, amr: [] }, { areSentCodesFactors: false });
  for (const acr of ['urn:latchkey:acr:mfa', 'phr']) t.true(isEnough(acr));
  for (const acr of ['urn:latchkey:acr:password', 'mfa', '', undefined, null, ['phr']]) t.false(isEnough(acr));
});
