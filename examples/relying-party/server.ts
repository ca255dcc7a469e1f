/** The example relying party: a small web app that signs people in with the provider and calls an API for them. */
import type { RequestListener } from 'node:http';
import Router from '@koa/router';
import Koa from 'koa';
import { NotesApi } from './notes-api.ts';
import { logoutTokenVerifier } from './openid/logout-token.ts';
import { providerFinder } from './openid/provider.ts';
import { assets } from './pages/assets.ts';
import { problemPage } from './pages/problem-page.ts';
import { pageRenderer } from './pages/render.ts';
import { ownHost } from './protection/own-host.ts';
import { sameOriginPosts } from './protection/same-origin.ts';
import { securityHeaders } from './protection/security-headers.ts';
import { addNote } from './routes/add-note.ts';
import { backchannelLogout, backchannelLogoutPath } from './routes/backchannel-logout.ts';
import { callback } from './routes/callback.ts';
import { home } from './routes/home.ts';
import type { Parts } from './routes/parts.ts';
import { refreshTokens } from './routes/refresh.ts';
import { removeNotes } from './routes/remove-notes.ts';
import { declineOffer } from './routes/second-factor-offer.ts';
import { createAccount, signIn, signInByLink, stepUp } from './routes/sign-in.ts';
import { signedOut, signOut } from './routes/sign-out.ts';
import { SessionCookie } from './session/session-cookie.ts';
import { Sessions } from './session/sessions.ts';
import type { RelyingPartyOptions } from './settings.ts';

export function createRelyingParty(options: RelyingPartyOptions): RequestListener {
  const baseUrl = new URL(options.baseUrl);
  const sessions = new Sessions();
  const parts: Parts = {
    options,
    sessions,
    cookie: new SessionCookie(sessions, baseUrl),
    findProvider: providerFinder(options),
    notesApi: new NotesApi(options.apiUrl),
    verifyLogoutToken: logoutTokenVerifier(),
    render: pageRenderer(options.name),
  };

  const router = new Router();
  router.get('/', home(parts));
  router.get('/sign-in', signInByLink(parts));
  router.post('/sign-in', signIn(parts));
  router.post('/create-account', createAccount(parts));
  router.get('/callback', callback(parts));
  router.post('/refresh', refreshTokens(parts));
  router.post('/notes', addNote(parts));
  router.post('/notes/remove', removeNotes(parts));
  router.post('/step-up', stepUp(parts));
  router.post('/second-factor/decline', declineOffer(parts));
  router.post('/sign-out', signOut(parts));
  router.get('/signed-out', signedOut(parts));
  router.post(backchannelLogoutPath, backchannelLogout(parts));

  // Behind a TLS proxy the request itself is plain http: `X-Forwarded-Proto` says that cookies may be secure.
  const app = new Koa({ proxy: baseUrl.protocol === 'https:' });
  app.use(securityHeaders(new URL(options.issuer).origin));
  app.use(assets());
  app.use(problemPage(parts.render));
  app.use(ownHost(baseUrl));
  app.use(sameOriginPosts(baseUrl.origin, backchannelLogoutPath));
  app.use(router.routes());
  app.use(router.allowedMethods());
  return app.callback();
}
