/** How each event comes about over HTTP: one way for every reason on the list. */
import type { ExecutionContext } from 'ava';
import { updateClient } from '../../src/domain/clients/change.ts';
import { DomainError } from '../../src/domain/domain-error.ts';
import type { Account } from '../../src/storage/records/accounts.ts';
import { atAccount } from '../account/fixture.ts';
import { newDpopKey } from '../protocol/dpop-proofs.ts';
import { giveFactors, type OwnedFactors } from '../support/factors.ts';
import { gatedRecords } from '../support/gated-records.ts';
import { inviteTo } from '../support/invitations.ts';
import { newNotice } from '../support/link-doors.ts';
import { pluggedFeatures } from '../support/plugged-features.ts';
import { LOGIN, OTHER_LOGIN, obtainCode, redeem, TERMS } from '../support/provider-fixture.ts';
import { askForLink, choosePassword, newLink } from '../support/recovery.ts';
import { type App, PASSWORD } from '../support/relying-party.ts';
import { clientRegistrationDrives, refusedRegistration, throttledRegistration } from './client-registration-drives.ts';
import { codeDrives, signsInByCode, typesWrongCode } from './code-drives.ts';
import { throttledDocuments } from './document-drives.ts';
import { factorDrives } from './factor-drives.ts';
import { type Drive, newBrowser, request, type Watched, watchedProvider } from './fixture.ts';
import { failsByPasskey, signsInByPasskey } from './passkey-drives.ts';
import { registrationDrives, signsInByRegistering } from './registration-drives.ts';

const onShared =
  (act: (provider: Watched) => Promise<unknown>): Drive =>
  async (shared) => {
    await act(shared);
    return shared;
  };

const wrong = { login: LOGIN, password: 'wrong' };
const right = { login: LOGIN, password: PASSWORD };

async function atLogin({ newApp }: Watched, fields: Readonly<Record<string, string>>): Promise<void> {
  const user = newBrowser();
  const page = await user.open((await newApp()).request().url);
  await user.submit(page, 'login-submit', fields);
}

async function code(provider: Watched, metadata = {}) {
  const app = await provider.newApp(metadata);
  return { app, ...(await obtainCode(app, { user: newBrowser() })) };
}

async function tokens(provider: Watched) {
  const { app, user, ...grant } = await code(provider);
  const { body } = await redeem(app, grant);
  return { app, user, body, refresh: () => refreshAt(app, body.refresh_token) };
}

function refreshAt(app: App, refreshToken: string | undefined, more: Readonly<Record<string, string>> = {}) {
  return app.token({ grant_type: 'refresh_token', refresh_token: refreshToken ?? '', ...more });
}

const newcomer = () => ({ user: newBrowser() });

async function resetPassword(provider: Watched): Promise<void> {
  const { email } = await provider.newAccount();
  await choosePassword(await newLink(provider, email, newcomer()), 'another good one, by mail', newBrowser());
}

async function signOut(provider: Watched): Promise<void> {
  const { user } = await code(provider);
  await user.submit(await user.open(`${provider.latchkey.issuer}/session/end`), 'logout-confirm');
}

/** Sends an authorization request in an app's name. */
const authorize = (parameters: Readonly<Record<string, string>>, metadata = {}): Drive =>
  onShared(async (provider) => newBrowser().open((await provider.newApp(metadata)).request(parameters).url));

/** The same, of somebody who has signed in to another app. */
const authorizeSignedIn = (parameters: Readonly<Record<string, string>>, metadata = {}): Drive =>
  onShared(async (provider) => {
    const { user } = await code(provider);
    await user.open((await provider.newApp(metadata)).request(parameters).url);
  });

const tokenRequest = (form: Readonly<Record<string, string>>, metadata = {}): Drive =>
  onShared(async (provider) => (await provider.newApp(metadata)).token(form));

async function withProof(provider: Watched, claims: Readonly<Record<string, unknown>> | undefined): Promise<void> {
  const app = await provider.newApp({ grant_types: ['client_credentials'], redirect_uris: [], response_types: [] });
  const address = `${provider.latchkey.issuer}/token`;
  const dpop = claims === undefined ? 'nonsense' : await (await newDpopKey()).proof({ address, claims });
  const { client_id: id, client_secret: secret } = app.client;
  const authorization = `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
  await request(provider, '/token', { form: { grant_type: 'client_credentials' }, headers: { dpop, authorization } });
}

const rightPasswordOf = (details: Partial<Account>): Drive =>
  onShared(async (provider) => {
    const { id, email } = await provider.newAccount();
    await provider.latchkey.installation.accounts.update(id, (account) => ({ ...account, ...details }));
    await atLogin(provider, { ...right, login: email });
  });

/** Somebody with a second factor, who types this after the right password. */
const atSecondFactor = (typed: (owned: OwnedFactors) => Readonly<Record<string, string>>): Drive =>
  onShared(async (provider) => {
    const { id, email } = await provider.newAccount();
    const owned = await giveFactors(id, provider.latchkey.installation);
    const user = newBrowser();
    const login = await user.open((await provider.newApp()).request().url);
    const page = await user.submit(login, 'login-submit', { ...right, login: email });
    await user.submit(page, 'mfa-submit', typed(owned));
  });

const failsToSignIn: Readonly<Record<string, Drive>> = {
  ...failsByPasskey,
  wrong_password: onShared((provider) => atLogin(provider, wrong)),
  wrong_code: atSecondFactor(({ code }) => ({ code: code(5) })),
  wrong_mailed_code: typesWrongCode,
  wrong_recovery_code: atSecondFactor(() => ({ recovery_code: 'AAAAA-AAAAA' })),
  unknown_account: onShared((provider) => atLogin(provider, { ...wrong, login: 'nobody@example.com' })),
  account_disabled: rightPasswordOf({ isDisabled: true }),
  account_expired: rightPasswordOf({ expiresAt: 1 }),
  awaits_approval: rightPasswordOf({ awaitsApproval: true }),
  async busy(_shared, t) {
    const provider = await watchedProvider(t);
    // As the queue answers when it is full; a test of its own fills it.
    Object.assign(provider.latchkey.installation.hasher, {
      async verify() {
        throw new DomainError('hashing_busy', { retryAfterSeconds: 2 });
      },
    });
    await atLogin(provider, wrong);
    return provider;
  },
};

/** As far as the page that asks for the terms, and on by that button. */
async function atTerms(t: ExecutionContext, button: string): Promise<Watched> {
  const provider = await watchedProvider(t, { environment: TERMS });
  const { email } = await provider.newAccount({ acceptedTerms: { version: 'older', at: 0 } });
  const user = newBrowser();
  const login = await user.open((await provider.newApp()).request().url);
  await user.submit(await user.submit(login, 'login-submit', { ...right, login: email }), button, {
    terms: TERMS.TERMS_VERSION,
  });
  return provider;
}

/** A browser that another one's cookies were tossed to, but for that which it is known by. */
async function inOtherBrowser(provider: Watched): Promise<void> {
  const user = newBrowser();
  const { url } = await user.open((await provider.newApp()).request().url);
  const cookies = (await user.jar.getCookies(url)).filter(({ key }) => !key.startsWith('latchkey_browser'));
  await request(provider, new URL(url).pathname, { headers: { cookie: cookies.join('; ') } });
}

/** Does it on a provider with small budgets, until one is used up. */
const untilThrottled =
  (event: string, act: (provider: Watched) => Promise<() => Promise<unknown>>): Drive =>
  async (_shared, t) => {
    const provider = await watchedProvider(t, { environment: { BUDGET_FACTOR: '0.01' } });
    const again = await act(provider);
    for (let count = 0; count < 30 && !hasHappened(provider, event); count += 1) await again();
    return provider;
  };

const refusals: Readonly<Record<string, Drive>> = {
  address_not_allowed: onShared(async (provider) => {
    const { client_id: id, client_secret: secret } = (await provider.newApp({ allowed_ips: ['10.0.0.0/8'] })).client;
    const form = { grant_type: 'refresh_token', refresh_token: 'x', client_id: id, client_secret: secret };
    await request(provider, '/token', { form });
  }),
  consent_required: authorizeSignedIn({ prompt: 'none' }),
  cross_site: onShared((provider) => request(provider, '/interaction/x/login', { form: { csrf: 'forged' } })),
  interaction_expired: onShared((provider) => request(provider, '/interaction/x')),
  invalid_client_metadata: refusedRegistration,
  invalid_client: onShared((provider) => request(provider, '/auth?client_id=nobody')),
  invalid_dpop_proof: onShared((provider) => withProof(provider, undefined)),
  invalid_grant: tokenRequest({ grant_type: 'refresh_token', refresh_token: 'unknown' }),
  invalid_redirect_uri: authorize({ redirect_uri: 'https://evil.example/' }),
  invalid_request: authorize({ code_challenge_method: 'plain' }),
  invalid_request_uri: authorize({ request_uri: 'urn:ietf:params:oauth:request_uri:unknown' }),
  invalid_scope: onShared(async (provider) => {
    const { app, body } = await tokens(provider);
    await refreshAt(app, body.refresh_token, { scope: 'openid address' });
  }),
  invalid_target: authorize({ resource: 'https://unknown.example/' }),
  invalid_token: onShared((provider) => request(provider, '/me', { headers: { authorization: 'Bearer unknown' } })),
  login_required: authorize({ prompt: 'none' }),
  not_in_allowed_group: authorizeSignedIn({ prompt: 'none' }, { allowed_groups: ['staff'] }),
  other_browser: onShared(inOtherBrowser),
  other: authorize({ response_mode: 'nonsense' }),
  stronger_sign_in_needed: onShared(async (provider) => {
    const { app, body } = await tokens(provider);
    const { registration } = provider.latchkey.installation;
    await updateClient(app.client.client_id, { minimum_acr: 'phr' }, registration);
    await refreshAt(app, body.refresh_token);
  }),
  unmet_authentication_requirements: authorize({
    claims: JSON.stringify({ id_token: { acr: { essential: true, value: 'urn:unknown' } } }),
  }),
  unsupported_grant_type: tokenRequest({ grant_type: 'nonsense' }),
  unsupported_response_type: authorize({ response_type: 'token' }),
  use_dpop_nonce: onShared((provider) => withProof(provider, { nonce: 'unknown' })),
};

async function replayDeviceCode(t: ExecutionContext): Promise<Watched> {
  const provider = await watchedProvider(t, { extraOptions: pluggedFeatures });
  const grantType = 'urn:ietf:params:oauth:grant-type:device_code';
  const app = await provider.newApp({
    ...{ grant_types: [grantType], response_types: [], redirect_uris: [], first_party: true },
  });
  const { body } = await app.post('/device/auth', { scope: 'openid' });
  const user = newBrowser();
  const asked = await user.submit(await user.open(`${provider.latchkey.issuer}/device`), 'code-submit', {
    user_code: String(body.user_code),
  });
  await user.submit(await user.submit(asked, 'confirm-submit'), 'login-submit', right);
  const form = { grant_type: grantType, device_code: String(body.device_code) };
  await app.token(form);
  await app.token(form);
  return provider;
}

/** Holds the first response back until a second request for it has come. */
async function refreshTogether(t: ExecutionContext): Promise<Watched> {
  const gates = gatedRecords();
  const provider = await watchedProvider(t, gates);
  const { refresh } = await tokens(provider);
  const storing = gates.holdNext('insert', 'cached_token_responses');
  const first = refresh();
  await storing.reached;
  const looking = gates.holdNext('get', 'cached_token_responses', 'after');
  const second = refresh();
  await looking.reached;
  storing.release();
  looking.release();
  await Promise.all([first, second]);
  return provider;
}

const submitAtAccount = (button: string, fields: Readonly<Record<string, string>>): Drive =>
  onShared(async (provider) => {
    const { user, page } = await atAccount(provider, {}, newBrowser());
    await user.submit(page, button, fields);
  });

const newPassword = submitAtAccount('password-submit', { password: 'four words for a gate' });

/** Beside a session of the same account in another browser, in which an app is used. */
const submitBesideOther = (button: string): Drive =>
  onShared(async (provider) => {
    const { user, account } = await atAccount(provider, {}, newBrowser());
    const app = await provider.newApp();
    await obtainCode(app, { user: newBrowser(), login: account.email });
    await user.submit(await user.open(`${provider.latchkey.issuer}/account`), button);
  });

/** After another address has taken the place of the one that was told. */
async function answerNotice(provider: Watched): Promise<void> {
  const { installation } = provider.latchkey;
  const account = await provider.newAccount({ emailVerified: true });
  const link = await newNotice(provider, account);
  const email = `moved.${account.email}`;
  await installation.accounts.updateIdentifiers(account.id, (current) => ({ ...current, email }));
  const user = newBrowser();
  await user.submit(await user.open(link), 'not-me-submit');
}

const atOwnAccount: Readonly<Record<string, Readonly<Record<string, Drive>>>> = {
  'account.updated': { user: submitAtAccount('name-submit', { name: 'Augusta' }), not_me: onShared(answerNotice) },
  'account.password_set': { user: newPassword, reset: onShared(resetPassword) },
  'account.sessions_ended': {
    user: newPassword,
    reset: onShared(resetPassword),
    not_me: onShared(answerNotice),
  },
  'consent.withdrawn': { user: submitBesideOther('revoke-app-0') },
  'account.deleted': { user: submitAtAccount('close-submit', { understood: 'yes' }) },
};

async function acceptInvitation(provider: Watched): Promise<void> {
  const { link } = await inviteTo(provider.latchkey, 'invited@example.com');
  const user = newBrowser();
  await user.submit(await user.open(link), 'confirm-submit', { password: PASSWORD });
}

export const drives: Readonly<Record<string, Readonly<Record<string, Drive>>>> = {
  'sign_in.succeeded': {
    password: onShared((provider) => atLogin(provider, right)),
    passkey: signsInByPasskey,
    second_factor: atSecondFactor(({ code }) => ({ code: code() })),
    registration: signsInByRegistering,
    mailed_code: signsInByCode,
  },
  'sign_in.silent': {
    session: onShared(async (provider) => {
      const { app, user } = await code(provider);
      await user.open(app.request({ prompt: 'none' }).url);
    }),
  },
  'sign_in.failed': failsToSignIn,
  'sign_in.refused': {
    other_account: onShared(async (provider) => {
      const claims = JSON.stringify({ id_token: { sub: { value: 'somebody else' } } });
      const user = newBrowser();
      await user.submit(await user.open((await provider.newApp()).request({ claims }).url), 'login-submit', right);
    }),
  },
  'sign_in.throttled': {
    async too_many_attempts(_shared, t) {
      const provider = await watchedProvider(t);
      const isThrottled = () => hasHappened(provider, 'sign_in.throttled');
      for (let attempt = 0; attempt < 110 && !isThrottled(); attempt += 1) await atLogin(provider, wrong);
      return provider;
    },
  },
  'terms.accepted': { user: (_shared, t) => atTerms(t, 'terms-submit') },
  'code.requested': codeDrives,
  'recovery.requested': {
    link_mailed: onShared(async (provider) => askForLink(provider, (await provider.newAccount()).email, newcomer())),
    not_usable: onShared(async (provider) => {
      const { id, email } = await provider.newAccount();
      await provider.latchkey.installation.accounts.update(id, (account) => ({ ...account, isDisabled: true }));
      await askForLink(provider, email, newcomer());
    }),
    unknown_account: onShared((provider) => askForLink(provider, 'nobody@example.com', newcomer())),
    async too_many_mails(_shared, t) {
      const provider = await watchedProvider(t);
      const { email } = await provider.newAccount();
      // As the outbox answers beyond its quotas; a test of its own uses them up.
      Object.assign(provider.latchkey.installation.outbox, { admit: async () => ({ isAdmitted: false }) });
      await askForLink(provider, email, newcomer());
      return provider;
    },
  },
  ...registrationDrives,
  ...clientRegistrationDrives,
  'account.created': { ...registrationDrives['account.created'], invitation: onShared(acceptInvitation) },
  'consent.given': { user: onShared((provider) => code(provider)) },
  'consent.denied': {
    user: onShared(async (provider) => {
      const user = newBrowser();
      const login = await user.open((await provider.newApp()).request().url);
      await user.submit(await user.submit(login, 'login-submit', right), 'abort');
    }),
    terms: (_shared, t) => atTerms(t, 'abort'),
    cancelled: onShared(async (provider) => {
      const user = newBrowser();
      await user.submit(await user.open((await provider.newApp()).request().url), 'abort');
    }),
  },
  'code.replayed': {
    used: onShared(async (provider) => {
      const { app, ...grant } = await code(provider);
      await redeem(app, grant);
      await redeem(app, grant);
    }),
  },
  'refresh.replayed': {
    used: onShared(async (provider) => {
      const { app, ...grant } = await code(provider, { refresh_grace_seconds: 0 });
      const { body } = await redeem(app, grant);
      await refreshAt(app, body.refresh_token);
      await refreshAt(app, body.refresh_token);
    }),
  },
  'refresh.answered_again': {
    under_way: (_shared, t) => refreshTogether(t),
    within_interval: onShared(async (provider) => {
      const { refresh } = await tokens(provider);
      await refresh();
      await refresh();
    }),
  },
  'grant.replayed': { used: (_shared, t) => replayDeviceCode(t) },
  'grant.revoked': {
    replay: onShared(async (provider) => {
      const { app, ...grant } = await code(provider);
      await redeem(app, grant);
      await redeem(app, grant);
    }),
    signed_out: onShared(signOut),
    token_revoked: onShared(async (provider) => {
      const { app, body } = await tokens(provider);
      await app.post('/token/revocation', { token: body.refresh_token ?? '' });
    }),
    user: submitBesideOther('revoke-app-0'),
  },
  'session.ended': {
    signed_out: onShared(signOut),
    other_account: onShared(async (provider) => {
      const { app, user } = await code(provider);
      const login = await user.open(app.request({ prompt: 'login' }).url);
      const handover = await user.submit(login, 'login-submit', { ...right, login: OTHER_LOGIN });
      await user.submit(handover, 'hand-over-submit');
    }),
    user: submitBesideOther('end-session-1'),
    all_others: submitBesideOther('end-other-sessions'),
  },
  ...atOwnAccount,
  ...factorDrives,
  'client.authentication_failed': {
    not_proven: onShared(async (provider) => {
      const { client_id: id } = (await provider.newApp()).client;
      await request(provider, '/token', {
        form: { grant_type: 'refresh_token', client_id: id, client_secret: 'wrong' },
      });
    }),
    unknown_client: onShared((provider) =>
      request(provider, '/token', { form: { grant_type: 'refresh_token', client_id: 'nobody', client_secret: 'x' } }),
    ),
  },
  'client.authentication_throttled': {
    too_many_attempts: untilThrottled('client.authentication_throttled', async (provider) => {
      const { client_id: id } = (await provider.newApp()).client;
      const form = { grant_type: 'refresh_token', client_id: id, client_secret: 'wrong' };
      return () => request(provider, '/token', { form });
    }),
  },
  'request.refused': refusals,
  'request.throttled': {
    authorization: untilThrottled('request.throttled', async (provider) => {
      const app = await provider.newApp();
      return () => newBrowser().open(app.request().url);
    }),
    mailed_link: untilThrottled('request.throttled', async (provider) => {
      const user = newBrowser();
      return () => askForLink(provider, 'nobody@example.test', { user });
    }),
    ...throttledDocuments,
    pushed_authorization_request: untilThrottled('request.throttled', async (provider) => {
      const app = await provider.newApp({ token_endpoint_auth_method: 'none' });
      const form = Object.fromEntries(new URL(app.request().url).searchParams);
      return () => app.post('/request', form);
    }),
    registration: throttledRegistration,
  },
};

function hasHappened({ latchkey }: Watched, name: string): boolean {
  return latchkey.logged.some(({ event }) => event === name);
}
