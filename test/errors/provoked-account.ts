/** How each cause is brought about that the page /account shows. */
import { addApp, atFactors, atWeakProof, rememberDevice } from '../account/factors.ts';
import { atAccount } from '../account/fixture.ts';
import { mailsTo } from '../support/mails.ts';
import { type Fixture, newVisitor, obtainCode } from '../support/provider-fixture.ts';
import type { Provocations } from './provoked-requests.ts';
import { browse, toldOnPage } from './told.ts';

/** Signed in in another browser too, at an app. */
async function besideOther(fixture: Fixture) {
  const { user, account } = await atAccount(fixture);
  await obtainCode(await fixture.newApp(), { login: account.email });
  return { user, page: await user.open(`${fixture.latchkey.issuer}/account`) };
}

export const provokedAtAccount: Provocations = {
  'access_denied#account-cancelled': async ({ latchkey: { issuer } }) => {
    const user = newVisitor();
    return toldOnPage(await user.submit(await user.open(`${issuer}/account`), 'abort'));
  },
  'sign_in_expired#at-account': async ({ latchkey: { issuer } }) => {
    const user = newVisitor();
    await user.open(`${issuer}/account`);
    return browse(`${issuer}/account/callback?code=used&state=used`, user);
  },
  'account_signed_out#session-over': async (fixture) => {
    const { user, page, account } = await atAccount(fixture);
    await fixture.latchkey.installation.sessions.destroyForAccount(account.id);
    return toldOnPage(await user.submit(page, 'name-submit', { name: 'Ada' }));
  },
  'account_signed_out#other-account-since': async (fixture) => {
    const { user, page } = await atAccount(fixture);
    return toldOnPage(await user.submit(page, 'name-submit', { account: 'somebody else' }));
  },
  'account_session_unknown#no-own-session': async (fixture) => {
    const [{ user, page }, theirs] = [await besideOther(fixture), await besideOther(fixture)];
    const session = /name="session" value="([^"]+)"/.exec(theirs.page.body)?.[1] ?? '';
    return toldOnPage(await user.submit(page, 'end-session-1', { session }));
  },
  'account_app_unknown#no-access': async (fixture) => {
    const { user, page } = await besideOther(fixture);
    return toldOnPage(await user.submit(page, 'revoke-app-0', { app: 'somebody else’s' }));
  },
  'account_stronger_proof#password-alone': async (fixture) => {
    const { user, page } = await atWeakProof(fixture);
    return toldOnPage(await user.submit(page, 'remove-factor-0'));
  },
  'account_stronger_proof#recovery-code-wrong': async (fixture) => {
    const { user, page } = await atWeakProof(fixture);
    const refused = await user.submit(page, 'remove-factor-0');
    return toldOnPage(await user.submit(refused, 'recovery-code-submit', { recovery_code: 'AAAAA-AAAAA' }));
  },
  'account_factor_unknown#no-own-factor': async (fixture) => {
    const { user, page } = await atFactors(fixture);
    return toldOnPage(await user.submit(page, 'remove-factor-0', { factor: 'passkey:somebody else’s' }));
  },
  'account_factor_required#last-one': async (fixture) => {
    const { user, page, account } = await atFactors(fixture);
    // REQUIRE_SECOND_FACTOR of the provider of these tests. The page was opened before.
    const claims = { groups: ['guarded'] };
    await fixture.latchkey.installation.accounts.update(account.id, (current) => ({ ...current, claims }));
    return toldOnPage(await user.submit(page, 'remove-factor-0'));
  },
  'account_factors_full#five-apps': async (fixture) => {
    const { user } = await atFactors(fixture);
    for (let added = 1; added < 5; added += 1) await addApp(fixture, user);
    return toldOnPage((await addApp(fixture, user)).added);
  },
  'account_device_unknown#no-own-device': async (fixture) => {
    const { user, account } = await atFactors(fixture);
    await rememberDevice(fixture, account.id);
    const page = await user.open(`${fixture.latchkey.issuer}/account`);
    return toldOnPage(await user.submit(page, 'forget-device-0', { device: 'somebody else’s' }));
  },
  'address_taken#taken-meanwhile': async (fixture) => {
    const { user, page } = await atAccount(fixture);
    const email = 'taken-meanwhile@example.com';
    await user.submit(page, 'email-submit', { email });
    const [mail] = await mailsTo(fixture.latchkey, email);
    await fixture.newAccount({ email });
    return toldOnPage(await user.submit(await user.open(mail?.link ?? ''), 'confirm-submit'));
  },
};
