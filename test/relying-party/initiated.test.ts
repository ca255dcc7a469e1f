/** Third-party initiated login (OIDC Core 4): what our pages link to begins a sign-in at the example app, and says who sends it. */
import test, { type ExecutionContext } from 'ava';
import { createRelyingParty } from '../../examples/relying-party/server.ts';
import { listen } from '../support/listener.ts';
import { API, newVisitor, sharedProvider } from '../support/provider-fixture.ts';
import { PASSWORD } from '../support/relying-party.ts';
import type { Page } from '../support/user.ts';

const { latchkey, newApp, newAccount } = await sharedProvider();
const { issuer } = latchkey;

/** OIDC Registration 2 wants https. The example app stands behind it. */
const BEGIN = 'https://app.example.com/sign-in?from=provider';

/** The example app with a client of its own, which lets a sign-in begin. */
async function startApp(t: ExecutionContext) {
  const { server, origin } = await listen(t);
  const { client, request } = await newApp({
    client_name: 'Fieldnotes',
    redirect_uris: [`${origin}/callback`],
    initiate_login_uri: BEGIN,
  });
  const { client_id: clientId, client_secret: clientSecret } = client;
  const urls = { baseUrl: origin, apiUrl: API, resource: API };
  server.on('request', createRelyingParty({ name: 'Fieldnotes', issuer, clientId, clientSecret, ...urls }));
  const begin = request({ redirect_uri: `${origin}/callback` }).url;
  return { origin, begin, at: (link: string) => link.replace('https://app.example.com', origin) };
}

const LINK = `${BEGIN}&iss=${encodeURIComponent(issuer)}`;
const links = ({ body }: Page): readonly string[] =>
  Array.from(body.matchAll(/ href="([^"]*)"/g), ([, href = '']) => href.replaceAll('&amp;', '&'));

test('from the list of apps at /account an app is opened, and its sign-in goes on in the session that there is', async (t) => {
  const { origin, at } = await startApp(t);
  const user = newVisitor();
  const account = await newAccount();
  const login = await user.open(at(LINK));
  const consent = await user.submit(login, 'login-submit', { login: account.email, password: PASSWORD });
  await user.submit(consent, 'consent-submit');
  const page = await user.open(`${issuer}/account`);
  t.regex(page.body, /<a id="open-app-0" class="button" href="[^"]*" rel="noreferrer">/);
  t.true(links(page).includes(LINK), String(links(page)));
  const opened = await user.open(at(LINK));
  t.true(opened.url.startsWith(origin), opened.url);
  t.true(opened.body.includes('id="greeting"'), opened.body);
});

test('a page from which a sign-in cannot go on leads into a new one, and names nobody', async (t) => {
  const { origin, begin, at } = await startApp(t);
  const { email: login } = await newAccount();
  const user = newVisitor();
  const first = await user.open(`${begin}&login_hint=${login}&target_link_uri=https://evil.example/`);
  await user.submit(first, 'abort');
  const over = await user.open(first.url);
  t.deepEqual(
    links(over).filter((href) => href.startsWith('https://app.example.com')),
    [LINK],
  );
  const again = await user.open(at(LINK));
  const consent = await user.submit(again, 'login-submit', { login, password: PASSWORD });
  t.true((await user.submit(consent, 'consent-submit')).url.startsWith(origin));
});
