/** What a client says in the language of a page is what the page shows (RFC 7591 2.2). */
import test from 'ava';
import { LOGIN, newVisitor, sharedProvider } from '../support/provider-fixture.ts';
import { PASSWORD } from '../support/relying-party.ts';

const { latchkey, newApp } = await sharedProvider();

const said = {
  client_name: 'Notes',
  'client_name#de': 'Notizen',
  organization_name: 'Harbour Ltd',
  'organization_name#de': 'Hafen GmbH',
  tos_uri: 'https://app.example.com/terms',
  'tos_uri#de': 'https://app.example.com/agb',
  policy_uri: 'https://app.example.com/privacy',
  client_uri: 'https://app.example.com/',
  'client_uri#de': 'https://app.example.com/de/',
};

for (const [language, shown, hidden] of [
  ['de', 'Notizen', 'Notes'],
  ['en', 'Notes', 'Notizen'],
  ['fr', 'Notes', 'Notizen'],
] as const) {
  test(`the pages of a sign-in and of a sign-out name the app as it is called in ${language}`, async (t) => {
    const app = await newApp(said);
    const user = newVisitor({ headers: { 'accept-language': language } });
    const login = await user.open(app.request().url);
    const consent = await user.submit(login, 'login-submit', { login: LOGIN, password: PASSWORD });
    t.true(consent.body.includes('id="consent-submit"'));
    t.true(consent.body.includes(language === 'de' ? '/agb' : '/terms'));
    t.true(consent.body.includes('/privacy'));
    t.true(consent.body.includes(language === 'de' ? 'Von Hafen GmbH' : 'By Harbour Ltd'));
    await user.submit(consent, 'consent-submit');
    const query = new URLSearchParams({ client_id: app.client.client_id });
    const logout = await user.open(`${latchkey.issuer}/session/end?${query}`);
    const left = await user.submit(logout, 'logout-stay');
    for (const { body } of [login, consent, logout, left]) {
      t.true(body.includes(shown));
      t.false(body.includes(hidden));
    }
    t.is(left.body.includes('app.example.com/de/'), language === 'de');
    const lost = await user.open(
      app.request({ scope: 'openid', response_mode: 'nonsense', redirect_uri: 'https://other.example/' }).url,
    );
    t.is(lost.status, 400);
    t.is(lost.body.includes('Notizen'), language === 'de');
  });
}
