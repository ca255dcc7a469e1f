/** A session that its owner ends leaves nothing to requests that were under way in it, wherever they are held. */
import test from 'ava';
import { endOwnSession } from '../../src/domain/grants/own-sessions.ts';
import { gatedRecords } from '../support/gated-records.ts';
import { obtainCode, ownProvider, redeem, toldApp } from '../support/provider-fixture.ts';

const LASTING = { scope: 'openid email offline_access' };
const places = [
  ['get', 'consents'],
  ['insert', 'grant_reservations'],
  ['put', 'grants'],
  ['put', 'authorization_codes'],
  ['replace', 'sessions'],
] as const;

for (const [method, collection] of places)
  for (const when of ['before', 'after'] as const) {
    test(`a silent sign-in that is held ${when} ${method} ${collection} gets no lasting access`, async (t) => {
      const gates = gatedRecords();
      const provider = await ownProvider(t, gates);
      const { installation } = provider.latchkey;
      const { id: accountId, email: login } = await provider.newAccount();
      const [app, other] = [await provider.newApp(), await provider.newApp()];
      const end = async () => {
        for (const { reference } of await installation.sessions.ofAccount(accountId, { limit: 9 }))
          await endOwnSession({ accountId, reference }, installation);
      };
      await obtainCode(app, { login, ...LASTING, prompt: 'consent' });
      await end();
      const { user } = await obtainCode(other, { login });
      const { url, verifier } = app.request({ ...LASTING, prompt: 'none' });
      const gate = gates.holdNext(method, collection, when);
      const opening = user.open(url);
      await gate.reached;
      await end();
      gate.release();
      const { code = '' } = toldApp(await opening);
      if (code !== '') t.is((await redeem(app, { code, verifier })).body.error, 'invalid_grant');
      t.deepEqual(await installation.grants.ofAccount(accountId, 9), []);
    });
  }

test('a code is worth nothing once the session is over that it was issued in', async (t) => {
  const provider = await ownProvider(t);
  const { installation } = provider.latchkey;
  const { id: accountId, email: login } = await provider.newAccount();
  const app = await provider.newApp();
  const { user: _user, ...grant } = await obtainCode(app, { login, ...LASTING, prompt: 'consent' });
  await installation.sessions.destroyForAccount(accountId);
  t.is((await redeem(app, grant)).body.error, 'invalid_grant');
});
