/** What somebody reads at /account of what happened to their account. */
import test from 'ava';
import { securityEvents } from '../../src/domain/events/security-events.ts';
import { revokeGrants } from '../../src/domain/grants/revoke.ts';
import { activity } from '../../src/web/account/activity.ts';
import { languages } from '../../src/web/pages/language.ts';
import { newVisitor, obtainCode, redeem, sharedProvider } from '../support/provider-fixture.ts';
import type { Page } from '../support/user.ts';
import { atAccount } from './fixture.ts';

const fixture = await sharedProvider();
const { issuer, installation } = fixture.latchkey;

const section = ({ body }: Page): string =>
  /<section class="group" id="activity"[\s\S]*?<\/section>/.exec(body)?.[0] ?? '';
const entries = (page: Page): readonly string[] => section(page).match(/<li>[\s\S]*?<\/li>/g) ?? [];

test('what happened is said in a sentence, the newest first, with time, app and network address', async (t) => {
  const { user, account } = await atAccount(fixture, {}, newVisitor({ headers: { 'x-forwarded-for': '203.0.113.7' } }));
  const app = await fixture.newApp({ client_name: 'Notes' });
  await obtainCode(app, { login: account.email, user });
  const [consent = '', signIn = '', ...more] = entries(await user.open(`${issuer}/account`));
  t.regex(
    consent,
    /You allowed an app to use your account\.[\s\S]*<time datetime="[^"]+">[^<]+ UTC<\/time>, with Notes, from 203\.0\.113\.7/,
  );
  t.regex(signIn, /You signed in with your password\.[\s\S]*with Latchkey, from 203\.0\.113\.7/);
  t.deepEqual(more, []);
});

test('nobody reads what happened to another account, or what was typed', async (t) => {
  const [mine, theirs] = [await atAccount(fixture), await atAccount(fixture)];
  const stranger = newVisitor();
  const page = await stranger.open(`${issuer}/account`);
  await stranger.submit(page, 'login-submit', { login: theirs.account.email, password: 'typed-by-a-stranger' });
  const theirPage = await theirs.user.open(`${issuer}/account`);
  t.regex(section(theirPage), /A sign-in failed: the password was wrong\./);
  t.false(section(theirPage).includes(theirs.account.email));
  t.false(theirPage.body.includes('typed-by-a-stranger'));
  t.is(entries(await mine.user.open(`${issuer}/account`)).length, 1);
});

test('the newest twenty are shown, and all that are kept behind a link', async (t) => {
  const { user, page, account } = await atAccount(fixture);
  for (let number = 0; number < 24; number += 1) await user.submit(page, 'name-submit', { name: `Ada ${number}` });
  const first = await user.open(`${issuer}/account`);
  t.is(entries(first).length, 20);
  t.regex(first.body, /<a id="all-activity" class="aside" href="\/account\?activity=all#activity">/);
  const all = await user.open(`${issuer}/account?activity=all`);
  t.is(entries(all).length, (await installation.events.list({ kind: 'account', id: account.id })).length);
  t.false(all.body.includes('id="all-activity"'));
});

test('what administrators did is said to be theirs, without an address', async (t) => {
  const { user, account } = await atAccount(fixture);
  const app = await fixture.newApp();
  await obtainCode(app, { login: account.email });
  const owner = { accountId: account.id, clientId: app.client.client_id };
  const record = {
    ...owner,
    at: Date.now(),
    outcome: 'success',
    reason: 'administrator',
    address: 'command line',
  } as const;
  await revokeGrants(owner, installation);
  await installation.events.record([
    { record: { ...record, event: 'grant.revoked' }, owners: [{ kind: 'account', id: account.id }] },
  ]);
  const [entry = ''] = entries(await user.open(`${issuer}/account`));
  t.regex(entry, /ended by the people who manage your account/);
  t.false(entry.includes('command line'));
});

const kept = Object.entries(securityEvents).filter(([, { keeper }]) => keeper === 'account');

for (const language of languages) {
  test(`every event that is kept of accounts has a sentence for each of its reasons: ${language}`, async (t) => {
    const records = kept.flatMap(([event, { reasons, outcome }]) =>
      Object.keys(reasons).map((reason) => ({ event, reason, outcome, at: 0 })),
    );
    const { entries: told } = await activity(
      language,
      { records, isWhole: true },
      { getStored: async () => undefined },
    );
    t.is(told.length, records.length);
    for (const { sentence } of told) t.regex(sentence, /\p{L}.*\.$/u);
  });
}

test('what another version kept, and this one has no words for, is left out', async (t) => {
  const records = ['unheard.of', 'constructor', '__proto__', 'session.ended'].map(
    (event) => ({ event, reason: 'toString', outcome: 'success', at: 0 }) as const,
  );
  const { entries: told } = await activity('en', { records, isWhole: true }, { getStored: async () => undefined });
  t.deepEqual(told, []);
});

test('an app that repeats its refreshes does not push out what else happened: one a minute is kept', async (t) => {
  const { account } = await atAccount(fixture);
  const app = await fixture.newApp();
  const { user: _user, ...grant } = await obtainCode(app, { login: account.email });
  const token = (await redeem(app, grant)).body.refresh_token ?? '';
  for (let time = 0; time < 4; time += 1) await app.token({ grant_type: 'refresh_token', refresh_token: token });
  const kept = await installation.events.list({ kind: 'account', id: account.id });
  t.is(kept.filter(({ event }) => event === 'refresh.answered_again').length, 1);
});
