import { randomBytes } from 'node:crypto';
import express from 'express';
import openid from 'express-openid-connect';

const { ISSUER, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, POST_LOGOUT_REDIRECT_URI, SCOPE, API, PORT } = process.env;
const { origin, pathname } = new URL(REDIRECT_URI);
const { auth, requiresAuth } = openid;

const app = express();
app.use(
  auth({
    issuerBaseURL: ISSUER,
    baseURL: origin,
    clientID: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    // Encrypts the session cookie; one that is the same after a restart keeps people signed in.
    secret: randomBytes(32).toString('hex'),
    authRequired: false,
    // Signing out here signs out at the provider too, where the app has an address to come back to.
    idpLogout: Boolean(POST_LOGOUT_REDIRECT_URI),
    routes: { callback: pathname, postLogoutRedirect: POST_LOGOUT_REDIRECT_URI },
    authorizationParams: {
      response_type: 'code',
      scope: SCOPE,
      ...(API && { resource: API }),
    },
  }),
);

app.get('/', async (req, res) => {
  if (!req.oidc.isAuthenticated()) return res.json({ error: 'nobody is signed in' });
  // With a token for an API the claims are in the ID token, else at userinfo.
  res.json(API ? req.oidc.user : await req.oidc.fetchUserInfo());
});

app.get('/notes', requiresAuth(), async (req, res) => {
  const { access_token } = req.oidc.accessToken;
  const answer = await fetch(new URL('notes', API), { headers: { authorization: `Bearer ${access_token}` } });
  res.status(answer.status).json(await answer.json());
});

app.get('/refresh', requiresAuth(), async (req, res) => {
  const { expires_in } = await req.oidc.accessToken.refresh();
  res.json({ expires_in });
});

app.listen(PORT, 'localhost');
