import { UserManager } from 'oidc-client-ts';

// vite.config.js says what it is.
const { ISSUER, CLIENT_ID, REDIRECT_URI, POST_LOGOUT_REDIRECT_URI, SCOPE, API } = SETTINGS;

const users = new UserManager({
  authority: ISSUER,
  client_id: CLIENT_ID,
  redirect_uri: REDIRECT_URI,
  post_logout_redirect_uri: POST_LOGOUT_REDIRECT_URI,
  scope: SCOPE,
  resource: API,
  // With a token for an API the claims are in the ID token, else at userinfo.
  loadUserInfo: !API,
});

function show(value) {
  document.querySelector('#result').textContent = JSON.stringify(value, null, 2);
}

function onClick(id, act) {
  document.querySelector(id).addEventListener('click', () => act().catch((error) => show({ error: String(error) })));
}

onClick('#sign-in', () => users.signinRedirect());
onClick('#sign-out', () => users.signoutRedirect());
onClick('#refresh', async () => {
  const user = await users.signinSilent();
  show({ expires_in: user.expires_in });
});
onClick('#call-api', async () => {
  const user = await users.getUser();
  const answer = await fetch('/notes', { headers: { authorization: `Bearer ${user.access_token}` } });
  show(await answer.json());
});

try {
  if (location.pathname === new URL(REDIRECT_URI).pathname && location.search !== '') {
    await users.signinCallback();
    history.replaceState({}, '', '/');
  }
  const user = await users.getUser();
  show(user?.profile ?? { error: 'nobody is signed in' });
} catch (error) {
  show({ error: String(error) });
}
