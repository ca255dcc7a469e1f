import { randomBytes } from 'node:crypto';
import express from 'express';
import openid from 'express-openid-connect';

const { ISSUER, CLIENT_ID, CLIENT_SECRET, PORT, API } = process.env;
const { auth, requiresAuth } = openid;

const app = express();
app.use(
  auth({
    issuerBaseURL: ISSUER,
    baseURL: `http://localhost:${PORT}`,
    clientID: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    // Encrypts the session cookie; one that is the same after a restart keeps people signed in.
    secret: randomBytes(32).toString('hex'),
    authRequired: false,
    // Signing out here signs out at the provider too.
    idpLogout: true,
    authorizationParams: {
      response_type: 'code',
      scope: 'openid profile email groups notes:read',
      resource: API,
    },
  }),
);

app.get('/', (req, res) => res.json(req.oidc.user ?? { error: 'nobody is signed in' }));

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
