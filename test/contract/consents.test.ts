/** What the consent store promises, and what is remembered of answers that follow each other. */
import test from 'ava';
import { noAccess } from '../../src/domain/grants/access.ts';
import { rememberAnswer } from '../../src/domain/grants/answers.ts';
import type { Access } from '../../src/storage/records/consents.ts';
import { forEachDatabase } from '../support/drivers.ts';
import { atOnce } from '../support/records.ts';
import { openStores } from '../support/stores.ts';

const owner = { accountId: 'ada', clientId: 'shop' };
const access = (some: Partial<Access> = {}): Access => ({ ...noAccess, ...some });

await forEachDatabase(test, (driver) => {
  async function open(...args: Parameters<typeof openStores>) {
    const stores = await openStores(...args);
    return {
      ...stores,
      answer: (allowed: Partial<Access>, refused: Partial<Access> = {}, of = owner) =>
        rememberAnswer(of, { allowed: access(allowed), refused: access(refused) }, stores),
    };
  }

  test(`${driver.name}: what is allowed or refused adds to what was allowed or refused before`, async (t) => {
    const { consents, answer } = await open(t, driver);
    await answer(
      { oidcScopes: ['openid', 'email'], resourceScopes: { 'urn:a': ['read'] } },
      { oidcClaims: ['gender'] },
    );
    await answer(
      { oidcScopes: ['openid', 'phone'], resourceScopes: { 'urn:a': ['write'], 'urn:b': ['x'] } },
      { resourceScopes: { 'urn:b': ['y'] } },
    );
    t.like(await consents.get('ada', 'shop'), {
      ...owner,
      ...access({
        oidcScopes: ['openid', 'email', 'phone'],
        resourceScopes: { 'urn:a': ['read', 'write'], 'urn:b': ['x'] },
      }),
      refused: access({ oidcClaims: ['gender'], resourceScopes: { 'urn:b': ['y'] } }),
    });
  });

  test(`${driver.name}: what is allowed later leaves the refusals, and what is refused later the allowed`, async (t) => {
    const { consents, answer } = await open(t, driver);
    const some = { oidcScopes: ['email'], oidcClaims: ['badge'], resourceScopes: { 'urn:a': ['read'] } };
    await answer({ oidcScopes: ['openid'] }, some);
    t.like(await consents.get('ada', 'shop'), { oidcScopes: ['openid'], refused: some });
    await answer(some);
    t.like(await consents.get('ada', 'shop'), { ...some, oidcScopes: ['openid', 'email'], refused: noAccess });
    await answer({ oidcScopes: ['openid'] }, some);
    t.like(await consents.get('ada', 'shop'), { ...access({ oidcScopes: ['openid'] }), refused: some });
  });

  test(`${driver.name}: since says when the client was first allowed anything`, async (t) => {
    const { consents, answer, clock } = await open(t, driver);
    const since = async (): Promise<number | undefined> => (await consents.get('ada', 'shop'))?.since;
    const began = clock.now();
    await answer({}, { resourceScopes: { 'urn:a': ['read'] } });
    t.true((await since()) === began);
    clock.advance(1);
    await answer({ resourceScopes: { 'urn:a': ['read'] } });
    t.is(await since(), began + 1000);
    clock.advance(1);
    await answer({ resourceScopes: { 'urn:a': ['write'] } });
    t.is(await since(), began + 1000);
  });

  test(`${driver.name}: 20 answers at once are all remembered`, async (t) => {
    const { consents, answer } = await open(t, driver);
    await atOnce(20, (caller) => answer({ oidcClaims: [`claim${caller}`] }, { oidcScopes: [`scope${caller}`] }));
    const consent = await consents.get('ada', 'shop');
    t.is(consent?.oidcClaims.length, 20);
    t.is(consent?.refused.oidcScopes.length, 20);
  });

  test(`${driver.name}: of opposite answers at once one counts, and nothing is both`, async (t) => {
    const { consents, answer } = await open(t, driver);
    const email = { oidcScopes: ['email'] };
    await atOnce(20, (caller) => (caller % 2 === 0 ? answer(email) : answer({}, email)));
    const consent = await consents.get('ada', 'shop');
    t.is([...(consent?.oidcScopes ?? []), ...(consent?.refused.oidcScopes ?? [])].length, 1);
  });

  test(`${driver.name}: consent of one account to one client says nothing about others`, async (t) => {
    const { consents, answer } = await open(t, driver);
    await answer({ oidcScopes: ['openid'] });
    t.is(await consents.get('ada', 'other'), undefined);
    t.is(await consents.get('grace', 'shop'), undefined);
  });

  test(`${driver.name}: consent ends for all of a client with what was refused, and for no other`, async (t) => {
    const { consents, answer } = await open(t, driver);
    for (const accountId of ['ada', 'grace']) {
      for (const clientId of ['shop', 'forum', 'wiki'])
        await answer({}, { oidcScopes: ['email'] }, { accountId, clientId });
    }
    t.is(await consents.removeForClient('forum'), 2);
    t.is(await consents.get('grace', 'forum'), undefined);
    t.not(await consents.get('ada', 'wiki'), undefined);
  });
});
