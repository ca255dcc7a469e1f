/** What holds after users answered, in whatever order they allow and refuse. */
import test from 'ava';
import fc from 'fast-check';
import { claimsOfScope } from '../../../src/domain/accounts/claims.ts';
import { common, isEmpty, noAccess, union, without } from '../../../src/domain/grants/access.ts';
import { type Answer, afterAnswer, noAnswer } from '../../../src/domain/grants/answers.ts';
import { answeredGrant, answerOf, type GrantContent } from '../../../src/provider/requested-access.ts';
import type { Access } from '../../../src/storage/records/consents.ts';

const some = <T>(...values: readonly T[]) => fc.uniqueArray(fc.constantFrom(...values));
const scopes = some('one', 'two', 'three');

const access: fc.Arbitrary<Access> = fc.record({
  oidcScopes: some('openid', 'profile', 'email', 'teams'),
  oidcClaims: some('birthdate', 'email', 'team', 'badge'),
  resourceScopes: fc
    .record({ 'urn:a': scopes, 'urn:b': scopes }, { requiredKeys: [] })
    .map((resources) => ({ ...resources })),
});

const answers = fc.array(fc.record({ allowed: access, refused: access }), { minLength: 1, maxLength: 6 });

const follow = (given: readonly Answer[]): Answer => given.reduce(afterAnswer, noAnswer);

test('nothing is both allowed and refused, and openid is never refused', (t) => {
  fc.assert(
    fc.property(answers, (given) => {
      const { allowed, refused } = follow(given);
      t.true(isEmpty(common(allowed, refused)));
      t.false(refused.oidcScopes.includes('openid'));
    }),
  );
});

test('the latest answer counts, and what it says nothing of stays as it was', (t) => {
  fc.assert(
    fc.property(answers, fc.record({ allowed: access, refused: access }), (given, raw) => {
      const last = { allowed: without(raw.allowed, raw.refused), refused: raw.refused };
      const [before, after] = [follow(given), follow([...given, last])];
      t.true(isEmpty(without(last.allowed, after.allowed)));
      t.true(isEmpty(without(without(last.refused, after.refused), { ...noAccess, oidcScopes: ['openid'] })));
      const released = last.allowed.oidcScopes.flatMap(claimsOfScope);
      const spoken = union(union(last.allowed, last.refused), { ...noAccess, oidcClaims: released });
      t.true(isEmpty(without(without(before.allowed, spoken), after.allowed)));
      t.true(isEmpty(without(without(before.refused, spoken), after.refused)));
    }),
  );
});

test('a grant holds the same as what is remembered, whatever was answered', (t) => {
  fc.assert(
    fc.property(answers, (given) => {
      const grant = given.reduce<GrantContent | undefined>(
        (before, answer) => answeredGrant(before, answer),
        undefined,
      );
      const [inGrant, remembered] = [answerOf(grant), follow(given)];
      for (const part of ['allowed', 'refused'] as const) {
        t.true(isEmpty(without(inGrant[part], remembered[part])));
        t.true(isEmpty(without(remembered[part], inGrant[part])));
      }
    }),
  );
});

test('a claim that was refused by its name is refused no longer once a scope is allowed that releases it', (t) => {
  const refused = afterAnswer(noAnswer, { ...noAnswer, refused: { ...noAccess, oidcClaims: ['birthdate', 'badge'] } });
  const later = afterAnswer(refused, { ...noAnswer, allowed: { ...noAccess, oidcScopes: ['profile'] } });
  t.deepEqual(later.refused.oidcClaims, ['badge']);
});

test('a resource of which everything was refused is not remembered as allowed as a whole', (t) => {
  const read = { ...noAccess, resourceScopes: { 'urn:a': ['read'] } };
  const whole = { ...noAccess, resourceScopes: { 'urn:b': [] } };
  const allowed = afterAnswer(noAnswer, { ...noAnswer, allowed: union(read, whole) });
  const { allowed: left } = afterAnswer(allowed, { ...noAnswer, refused: read });
  t.deepEqual(left.resourceScopes, { 'urn:b': [] });
});
