/** Ending a session at /account, with storage that fails in between and requests that come in between. */
import test from 'ava';
import { endOtherSessions, endOwnSession } from '../../src/domain/grants/own-sessions.ts';
import { breakableStorage } from '../protocol/broken-storage.ts';
import { gatedRecords } from '../support/gated-records.ts';
import { type Fixture, newVisitor, obtainCode, ownProvider, redeem } from '../support/provider-fixture.ts';
import { atAccount } from './fixture.ts';

const OFFLINE = { scope: 'openid offline_access', prompt: 'consent' };

/** A session in which an app got access that outlives a sign-out. */
async function besideOther(provider: Fixture) {
  const { account, user } = await atAccount(provider);
  const { sessions } = provider.latchkey.installation;
  const [own] = await sessions.ofAccount(account.id, { limit: 9 });
  const app = await provider.newApp();
  const { user: other, ...code } = await obtainCode(app, { login: account.email, ...OFFLINE });
  const { body } = await redeem(app, code);
  const found = await sessions.ofAccount(account.id, { limit: 9 });
  const reference = found.find((one) => one.reference !== own?.reference)?.reference ?? '';
  const refreshes = async (token = body.refresh_token ?? '') =>
    (await app.token({ grant_type: 'refresh_token', refresh_token: token })).statusCode === 200;
  return { user, account, app, other, reference, ownReference: own?.reference ?? '', refreshes };
}

type At = Awaited<ReturnType<typeof besideOther>>;

const ends = {
  'one session': ({ account, reference }: At, { latchkey: { installation } }: Fixture) =>
    endOwnSession({ accountId: account.id, reference }, installation),
  'all other sessions': ({ account, ownReference }: At, { latchkey: { installation } }: Fixture) =>
    endOtherSessions({ accountId: account.id, ownReference }, installation),
};

for (const [what, end] of Object.entries(ends)) {
  test(`${what}: whatever call fails, it can be ended again, or has ended with all that apps got in it`, async (t) => {
    const storage = breakableStorage();
    const provider = await ownProvider(t, { wrapRecords: storage.wrapRecords });
    const { sessions } = provider.latchkey.installation;
    let number = 0;
    for (let made = 1; made >= number; ) {
      number += 1;
      const at = await besideOther(provider);
      storage.failCall(number);
      await end(at, provider).catch(() => undefined);
      made = storage.recover();
      await end(at, provider);
      t.true((await sessions.findByReference(at.reference))?.document.isDestroyed, `call ${number}`);
      t.false(await at.refreshes(), `call ${number}`);
    }
    t.true(number > 8, String(number));
  });

  test(`${what}: what a request under way gets in it meanwhile ends as well`, async (t) => {
    const gates = gatedRecords();
    const provider = await ownProvider(t, gates);
    const at = await besideOther(provider);
    const gate = gates.holdNext('replace', 'sessions');
    const ending = end(at, provider);
    await gate.reached;
    const late = await provider.newApp();
    const { user: _user, ...code } = await obtainCode(late, { user: at.other, login: at.account.email, ...OFFLINE });
    const { body } = await redeem(late, code);
    gate.release();
    await ending;
    const form = { grant_type: 'refresh_token', refresh_token: body.refresh_token ?? '' };
    t.is((await late.token(form)).body.error, 'invalid_grant');
    t.false(await at.refreshes());
    t.true((await newVisitor({ jar: at.other.jar }).open(late.request().url)).body.includes('id="login-submit"'));
  });
}
