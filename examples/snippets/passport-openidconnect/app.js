import { randomBytes } from 'node:crypto';
import express from 'express';
import session from 'express-session';
import passport from 'passport';
import OpenIDConnectStrategy from 'passport-openidconnect';

const { ISSUER, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, POST_LOGOUT_REDIRECT_URI, SCOPE, PORT } = process.env;
// The strategy wants every address by itself, so it gets them from the discovery document.
const discovery = await fetch(`${ISSUER}/.well-known/openid-configuration`);
const provider = await discovery.json();

const strategy = new OpenIDConnectStrategy(
  {
    issuer: provider.issuer,
    authorizationURL: provider.authorization_endpoint,
    tokenURL: provider.token_endpoint,
    userInfoURL: provider.userinfo_endpoint,
    clientID: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    callbackURL: REDIRECT_URI,
    // The strategy adds `openid` by itself.
    scope: SCOPE.split(' ').filter((scope) => scope !== 'openid'),
    nonce: true,
  },
  // With nine parameters the strategy asks userinfo; `_json` is all that it said.
  (_issuer, userinfo, _profile, _context, idToken, _accessToken, _refreshToken, _params, done) =>
    done(null, { claims: userinfo._json, idToken }),
);
passport.use('latchkey', strategy);
passport.serializeUser((user, done) => done(null, user));
passport.deserializeUser((user, done) => done(null, user));

const app = express();
// Sessions in memory, to keep this short: express-session never forgets these, and anybody can begin to sign in. Give it a `store`.
app.use(session({ secret: randomBytes(32).toString('hex'), resave: false, saveUninitialized: false }));
app.use(passport.session());

app.get('/login', passport.authenticate('latchkey'));
const signIn = passport.authenticate('latchkey', { failureMessage: true, failureRedirect: '/me' });
app.get(new URL(REDIRECT_URI).pathname, signIn, (_req, res) => res.redirect('/me'));
app.get('/me', (req, res) => res.json(req.user?.claims ?? { error: 'nobody is signed in' }));
app.get('/logout', (req, res, next) => {
  const query = new URLSearchParams({ client_id: CLIENT_ID });
  if (POST_LOGOUT_REDIRECT_URI) query.set('post_logout_redirect_uri', POST_LOGOUT_REDIRECT_URI);
  if (req.user) query.set('id_token_hint', req.user.idToken);
  req.logout((error) => (error ? next(error) : res.redirect(`${provider.end_session_endpoint}?${query}`)));
});

app.listen(PORT, 'localhost');
