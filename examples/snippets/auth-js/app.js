import { getToken } from '@auth/core/jwt';
import { ExpressAuth, getSession } from '@auth/express';
import express from 'express';

const { ISSUER, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, POST_LOGOUT_REDIRECT_URI, SCOPE, API, PORT, AUTH_SECRET } =
  process.env;
// Auth.js makes its redirect URI by itself: this origin, and /auth/callback/ with the id of the provider below.
const { origin } = new URL(REDIRECT_URI);
const signOutAtProvider = new URL(`${ISSUER}/session/end`);
signOutAtProvider.search = new URLSearchParams({
  client_id: CLIENT_ID,
  ...(POST_LOGOUT_REDIRECT_URI && { post_logout_redirect_uri: POST_LOGOUT_REDIRECT_URI }),
});

// AUTH_SECRET, which encrypts the session cookie, is read by Auth.js itself too.
const config = {
  trustHost: true,
  providers: [
    {
      id: 'latchkey',
      name: 'Latchkey',
      type: 'oidc',
      issuer: ISSUER,
      clientId: CLIENT_ID,
      clientSecret: CLIENT_SECRET,
      authorization: { params: { scope: SCOPE, ...(API && { resource: API }) } },
      // With a token for an API the claims are in the ID token, else at userinfo.
      idToken: Boolean(API),
    },
  ],
  callbacks: {
    jwt: ({ token, profile, account }) =>
      profile ? { ...token, sub: profile.sub, groups: profile.groups, accessToken: account.access_token } : token,
    // The browser can read the session, at /auth/session: no token goes into it.
    session: ({ session, token }) => ({ ...session, user: { ...session.user, sub: token.sub, groups: token.groups } }),
    // Where people may be sent after signing in or out.
    redirect({ url }) {
      const { href, origin: to } = new URL(url, origin);
      return to === origin || href === signOutAtProvider.href ? href : origin;
    },
  },
};

const app = express();
app.use(/^\/auth\/(.*)/, ExpressAuth(config));
app.get('/me', async (req, res) => {
  const session = await getSession(req, config);
  res.json(session?.user ?? { error: 'nobody is signed in' });
});
app.get('/notes', async (req, res) => {
  const token = await getToken({ req, secret: AUTH_SECRET, secureCookie: req.secure });
  if (!token) return res.status(401).json({ error: 'nobody is signed in' });
  const answer = await fetch(new URL('notes', API), { headers: { authorization: `Bearer ${token.accessToken}` } });
  res.status(answer.status).json(await answer.json());
});
app.get('/login', (_req, res) => res.redirect(`/auth/signin?callbackUrl=${origin}/me`));
app.get('/logout', (_req, res) =>
  res.redirect(`/auth/signout?${new URLSearchParams({ callbackUrl: signOutAtProvider.href })}`),
);

app.listen(PORT, 'localhost');
