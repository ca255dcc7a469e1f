import { ExpressAuth, getSession } from '@auth/express';
import express from 'express';

const { ISSUER, CLIENT_ID, CLIENT_SECRET, PORT } = process.env;
const origin = `http://localhost:${PORT}`;
const signOutAtProvider = new URL(`${ISSUER}/session/end`);
signOutAtProvider.search = new URLSearchParams({ client_id: CLIENT_ID, post_logout_redirect_uri: `${origin}/me` });

// AUTH_SECRET, which encrypts the session cookie, is read by Auth.js itself.
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
      authorization: { params: { scope: 'openid profile email groups' } },
      // Claims come from userinfo; the ID token says no more than who it is (OIDC Core 5.4).
      idToken: false,
    },
  ],
  callbacks: {
    jwt: ({ token, profile }) => (profile ? { ...token, sub: profile.sub, groups: profile.groups } : token),
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
app.get('/login', (_req, res) => res.redirect(`/auth/signin?callbackUrl=${origin}/me`));
app.get('/logout', (_req, res) =>
  res.redirect(`/auth/signout?${new URLSearchParams({ callbackUrl: signOutAtProvider.href })}`),
);

app.listen(PORT, 'localhost');
