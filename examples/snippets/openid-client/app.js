import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import * as oidc from 'openid-client';

const { ISSUER, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, POST_LOGOUT_REDIRECT_URI, SCOPE, API, PORT } = process.env;
const { origin, pathname: callback } = new URL(REDIRECT_URI);
const config = await oidc.discovery(new URL(ISSUER), CLIENT_ID, undefined, oidc.ClientSecretBasic(CLIENT_SECRET), {
  // openid-client talks plain http only if told to: for an issuer on this machine.
  execute: ISSUER.startsWith('http://localhost') ? [oidc.allowInsecureRequests] : [],
});

/** A page for people who have signed in: others are sent to do so. */
const forUsers = (page) => (session) => (session.tokens ? page(session) : new URL('/login', origin));

const pages = {
  async '/login'(session) {
    session.codeVerifier = oidc.randomPKCECodeVerifier();
    session.state = oidc.randomState();
    return oidc.buildAuthorizationUrl(config, {
      redirect_uri: REDIRECT_URI,
      scope: SCOPE,
      ...(API && { resource: API }),
      state: session.state,
      code_challenge: await oidc.calculatePKCECodeChallenge(session.codeVerifier),
      code_challenge_method: 'S256',
    });
  },
  async [callback](session, url) {
    const checks = { pkceCodeVerifier: session.codeVerifier, expectedState: session.state };
    session.tokens = await oidc.authorizationCodeGrant(config, url, checks);
    const claims = session.tokens.claims();
    // With a token for an API the claims are in the ID token, else at userinfo.
    session.user = API ? claims : await oidc.fetchUserInfo(config, session.tokens.access_token, claims.sub);
    return new URL('/me', origin);
  },
  '/me': (session) => session.user ?? { error: 'nobody is signed in' },
  '/notes': forUsers(async ({ tokens }) => {
    const answer = await oidc.fetchProtectedResource(config, tokens.access_token, new URL('notes', API), 'GET');
    return answer.json();
  }),
  '/refresh': forUsers(async (session) => {
    const answer = await oidc.refreshTokenGrant(config, session.tokens.refresh_token);
    session.tokens = { ...session.tokens, ...answer };
    return { expires_in: answer.expires_in };
  }),
  '/logout': forUsers((session) => {
    const { id_token } = session.tokens;
    session.user = session.tokens = undefined;
    return oidc.buildEndSessionUrl(config, {
      id_token_hint: id_token,
      ...(POST_LOGOUT_REDIRECT_URI && { post_logout_redirect_uri: POST_LOGOUT_REDIRECT_URI }),
    });
  }),
};

// Sessions in memory, to keep this short: take the session store of your framework. Anybody can begin to sign in, so there are
// so many and no more: for another one, that which was not used for longest goes.
const MAX_SESSIONS = 10_000;
const sessions = new Map();

/** Under a new id each time, so that nobody can prepare one for somebody else. */
function keep(session, response) {
  const id = randomUUID();
  sessions.set(id, session);
  if (sessions.size > MAX_SESSIONS) sessions.delete(sessions.keys().next().value);
  response.setHeader('Set-Cookie', `session=${id}; HttpOnly; SameSite=Lax; Path=/`);
}

async function answerTo(request, response) {
  const url = new URL(`${origin}${request.url}`);
  const page = pages[url.pathname];
  const cookie = /(?:^|;\s*)session=([\w-]+)(?:;|$)/.exec(request.headers.cookie)?.[1];
  const session = sessions.get(cookie) ?? {};
  const answer = await page?.(session, url);
  sessions.delete(cookie);
  // Who only looks leaves nothing here.
  if (Object.keys(session).length > 0) keep(session, response);
  if (answer instanceof URL) response.writeHead(303, { Location: answer.href }).end();
  else response.writeHead(page ? 200 : 404, { 'Content-Type': 'application/json' }).end(JSON.stringify(answer ?? {}));
}

createServer((request, response) => {
  // Whatever a request holds, it ends that request and not the program.
  answerTo(request, response).catch((error) => {
    console.error(error);
    response.writeHead(500).end('It did not work: the log says why.');
  });
}).listen(PORT, 'localhost');
