/** An app's own logo on the pages of its sign-ins: from its address alone, and without telling it where it is shown. */
import test from 'ava';
import { LOGIN, newVisitor, sharedProvider } from '../support/provider-fixture.ts';
import { PASSWORD } from '../support/relying-party.ts';
import type { Page } from '../support/user.ts';

const { newApp } = await sharedProvider();

const LOGO = 'https://cdn.notes.example/logo.png?size=2&dark';

const imageSources = ({ headers }: Page): string | undefined =>
  /img-src ([^;]*)/.exec(String(headers['content-security-policy']))?.[1];

test('sign-in, its problem, registration and consent show the logo, and may load from its origin alone', async (t) => {
  const app = await newApp({ logo_uri: LOGO });
  const user = newVisitor();
  const login = await user.open(app.request().url);
  const problem = await user.submit(login, 'login-submit', { login: LOGIN, password: 'what was it again' });
  const register = await user.open(
    new URL(/id="register" href="([^"]+)"/.exec(login.body)?.[1]?.replaceAll('&amp;', '&') ?? '', login.url).href,
  );
  const consent = await user.submit(login, 'login-submit', { login: LOGIN, password: PASSWORD });
  for (const [name, page] of Object.entries({ login, problem, register, consent })) {
    t.true(
      page.body.includes(
        `<img src="${LOGO.replace('&', '&amp;')}" alt="" width="48" height="48" referrerpolicy="no-referrer">`,
      ),
      name,
    );
    t.is(imageSources(page), "'self' https://cdn.notes.example", name);
  }
});

test('an app without a logo is shown by its initial, and nothing is loaded from elsewhere', async (t) => {
  const app = await newApp({ client_name: 'Notes' });
  const login = await newVisitor().open(app.request().url);
  t.regex(login.body, /<span class="tile">\s*N\s*<\/span>/);
  t.is(imageSources(login), "'self'");
});
