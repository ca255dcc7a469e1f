/** The whole path of a request, in order, and every address that is ours. */
import Router from '@koa/router';
import Koa from 'koa';
import { type AddressRange, addressesAllowedBy, addressesWithin, type Config } from '../config/config.ts';
import type { EventRecorder } from '../domain/events/recorder.ts';
import { ACCOUNT_PATH, linkRules } from '../domain/links/links.ts';
import type { Log } from '../ports/log.ts';
import type { CurrentProvider } from '../provider/current-provider.ts';
import { CREATE, SELECT_ACCOUNT } from '../provider/options/interactions.ts';
import { NOT_ALLOWED } from '../provider/policy/allowed-groups.ts';
import { TERMS } from '../provider/policy/terms.ts';
import { answerAddressNotAllowed } from '../provider/protection/status-error.ts';
import { followRequest } from '../provider/request.ts';
import { paths, servedRoutes } from '../provider/routes.ts';
import type { OwnAccount } from './account/create-pages.ts';
import { DEVELOPER_PATH, NEW_CLIENT_PATH } from './developer/paths.ts';
import type { Portal } from './developer/portal.ts';
import { showErrorIndex, showExplanation } from './docs/error-pages.ts';
import type { FormPage } from './forms/page-forms.ts';
import { type Health, live, ready } from './health.ts';
import { consentBoxes } from './interactions/consent-boxes.ts';
import type { SelectAccount } from './interactions/select-account.ts';
import { ACCOUNT_PROMPTS, postAbort, type StepHandlers, type Steps } from './interactions/step.ts';
import { showLanding } from './landing.ts';
import { REGISTER_PATH } from './links/gone.ts';
import { linkRoute } from './links/token.ts';
import type { DevelopmentMails } from './mail/development.ts';
import type { MailedCode } from './mailed-code/mailed-code.ts';
import { addErrorUris, ERRORS_PATH } from './middleware/error-uris.ts';
import { brokenConnectionCode, type FailuresDeps, failures } from './middleware/errors.ts';
import { drawHandOvers } from './middleware/hand-over.ts';
import { pinToIssuer } from './middleware/pin-to-issuer.ts';
import type { PostedRequests } from './middleware/posted-requests.ts';
import { requestLog } from './middleware/request-log.ts';
import { recordSecurityEvents } from './middleware/security-events.ts';
import { securityHeaders } from './middleware/security-headers.ts';
import { closeUnreadBodies } from './middleware/unread-bodies.ts';
import { MAILS_PATH } from './pages/mail-sent.ts';
import type { Pages } from './pages/render.ts';
import { RECOVER_PATH } from './recovery/recover.ts';
import type { RegistrationPages } from './registration/registration-pages.ts';
import { answerOtherMethods, Routes, routesOf } from './routes.ts';
import type { SecondFactorPages } from './second-factor/create-pages.ts';
import { orSecondFactor } from './second-factor/subject.ts';
import { webFinger, webFingerPreflight } from './webfinger.ts';

/** The pages of a sign-in. Each answers one prompt of the interaction policy; registration goes on, outside of it, with pages of its own. */
export interface SignInPages {
  readonly steps: Steps;
  readonly selectAccount: SelectAccount;
  readonly login: StepHandlers;
  /** Absent where browsers take no passkeys. */
  readonly passkey: Pick<StepHandlers, 'post'> | undefined;
  readonly secondFactor: SecondFactorPages;
  /** Absent where no codes are mailed in place of passwords. */
  readonly mailedCode: MailedCode | undefined;
  readonly consent: StepHandlers;
  readonly notAllowed: Pick<StepHandlers, 'show'>;
  readonly terms: StepHandlers;
  readonly registration: RegistrationPages;
}

/** The pages by which somebody gets back in who has no password. */
export interface RecoveryPages {
  readonly recover: FormPage;
  readonly reset: FormPage;
  readonly notMe: FormPage;
}

export interface AppDeps {
  readonly config: Pick<Config, 'issuer' | 'brandName' | 'trustedProxies'>;
  readonly log: Log;
  readonly recorder: EventRecorder;
  readonly health: Health;
  readonly pages: Pages;
  readonly wayBackTo: FailuresDeps['wayBackTo'];
  readonly signIn: SignInPages;
  /** Absent where mails are sent, or not at all. */
  readonly developmentMails: DevelopmentMails | undefined;
  readonly recovery: RecoveryPages;
  readonly account: OwnAccount;
  readonly portal: Portal;
  readonly invitation: FormPage;
  readonly postedRequests: PostedRequests;
  /** Binds a sign-in to its browser (provider/protection/browser-binding.ts). */
  readonly recogniseBrowser: Koa.Middleware;
  readonly provider: Pick<CurrentProvider, 'current' | 'middleware'>;
}

export function createApp(deps: AppDeps): Koa {
  const { config, log, recorder, health, pages, provider, recogniseBrowser } = deps;
  const app = new Koa();
  // oidc-provider runs in the context of this app: its cookies are signed by what is set here.
  app.keys = provider.current().keys;
  app.proxy = true;
  app.on('error', reportLost(log));

  const router = addresses(deps);
  addPasskeyAddresses(router, deps);
  addDevelopmentAddresses(router, deps);
  addSecondFactorAddresses(router, deps);
  addMailedCodeAddresses(router, deps);
  addPortalAddresses(router, deps);
  const routes = new Routes([...routesOf(router), ...servedRoutes(provider.current())]);
  const isTrustedProxy = addressesWithin(config.trustedProxies);
  app.use(stopKeepingAlive(health));
  app.use(closeUnreadBodies(health.clock));
  app.use(requestLog(log, isTrustedProxy));
  app.use(followRequest);
  app.use(recordSecurityEvents(recorder));
  app.use(securityHeaders(config.issuer));
  app.use(addErrorUris(config.issuer));
  app.use(failures({ log, pages, routes, wayBackTo: deps.wayBackTo }));
  app.use(pinToIssuer(config.issuer, isTrustedProxy, log));
  app.use(pages.assets.serve);
  app.use(recogniseBrowser);
  app.use(answerOtherMethods(routes));
  app.use(router.routes());
  app.use(drawHandOvers(pages));
  app.use(provider.middleware);
  return app;
}

function addresses(deps: AppDeps): Router {
  const { config, health, pages, signIn, recovery, account, invitation, postedRequests: posted } = deps;
  const { steps, selectAccount, login, secondFactor, consent, notAllowed, terms, registration } = signIn;
  const { register, waiting, confirm } = registration;
  const prompts = {
    ...{ [CREATE]: register, [SELECT_ACCOUNT]: selectAccount, login: orSecondFactor(login, secondFactor.asked) },
    ...{ [NOT_ALLOWED]: notAllowed, [TERMS]: terms, consent },
  };
  return healthAddresses(health)
    .get('authorization', paths.authorization, posted.restore('authorization'))
    .post('authorization', paths.authorization, posted.toGet('authorization'))
    .get('end_session', paths.end_session, posted.restore('end_session'))
    .post('end_session', paths.end_session, posted.toGet('end_session'))
    .get('landing', '/', showLanding(config, pages))
    .get('webfinger', '/.well-known/webfinger', webFinger(config.issuer))
    .options('webfinger', '/.well-known/webfinger', webFingerPreflight)
    .get('docs.errors', ERRORS_PATH, showErrorIndex(pages))
    .get('docs.error', `${ERRORS_PATH}/:code`, showExplanation(pages))
    .get('invitation', linkRoute('accept_invitation'), invitation.show)
    .post('invitation.accept', linkRoute('accept_invitation'), invitation.post)
    .get('interaction', '/interaction/:uid', steps.shown(prompts))
    .get('interaction.login', '/interaction/:uid/login', steps.opened(ACCOUNT_PROMPTS, login.show))
    .post('interaction.login', '/interaction/:uid/login', steps.posted(ACCOUNT_PROMPTS, login.post))
    .get('interaction.register', '/interaction/:uid/register', steps.opened(ACCOUNT_PROMPTS, register.showAgain))
    .post('interaction.register', '/interaction/:uid/register', steps.posted(ACCOUNT_PROMPTS, register.post))
    .get('interaction.account', '/interaction/:uid/account', steps.opened(ACCOUNT_PROMPTS, selectAccount.show))
    .post('interaction.account', '/interaction/:uid/account', steps.posted(ACCOUNT_PROMPTS, selectAccount.post))
    .post('interaction.forget', '/interaction/:uid/forget', steps.posted(ACCOUNT_PROMPTS, selectAccount.forget))
    .post('interaction.consent', '/interaction/:uid/consent', steps.posted(['consent'], consent.post, consentBoxes))
    .post('interaction.terms', '/interaction/:uid/terms', steps.posted([TERMS], terms.post))
    .post('interaction.abort', '/interaction/:uid/abort', steps.posted(Object.keys(prompts), postAbort))
    .get('recover', RECOVER_PATH, recovery.recover.show)
    .post('recover', RECOVER_PATH, recovery.recover.post)
    .get('reset', linkRoute('reset_password'), recovery.reset.show)
    .post('reset', linkRoute('reset_password'), recovery.reset.post)
    .get('not_me', linkRoute('not_me'), recovery.notMe.show)
    .post('not_me', linkRoute('not_me'), recovery.notMe.post)
    .get('account', ACCOUNT_PATH, account.pages.show)
    .get('account.register', REGISTER_PATH, account.pages.register)
    .get('account.proof', `${ACCOUNT_PATH}/proof`, account.pages.prove)
    .get('account.callback', `${ACCOUNT_PATH}/callback`, account.signIn.callback)
    .post('account.name', `${ACCOUNT_PATH}/name`, account.pages.changeName)
    .post('account.email', `${ACCOUNT_PATH}/email`, account.pages.changeEmail)
    .post('account.email.cancel', `${ACCOUNT_PATH}/email/cancel`, account.pages.cancelEmail)
    .post('account.password', `${ACCOUNT_PATH}/password`, account.pages.changePassword)
    .post('account.session.end', `${ACCOUNT_PATH}/sessions/end`, account.access.endSession)
    .post('account.sessions.end_others', `${ACCOUNT_PATH}/sessions/end-others`, account.access.endOtherSessions)
    .post('account.app.revoke', `${ACCOUNT_PATH}/apps/revoke`, account.access.revokeApp)
    .get('account.factors.app', `${ACCOUNT_PATH}/factors/app`, account.factors.showNewApp)
    .post('account.factors.app', `${ACCOUNT_PATH}/factors/app`, account.factors.addApp)
    .post('account.factors.remove', `${ACCOUNT_PATH}/factors/remove`, account.factors.remove)
    .post('account.factors.codes', `${ACCOUNT_PATH}/factors/recovery-codes`, account.factors.renewCodes)
    .post('account.factors.recovery', `${ACCOUNT_PATH}/factors/proof`, account.strongerProof.useRecoveryCode)
    .post('account.device.forget', `${ACCOUNT_PATH}/devices/forget`, account.factors.forgetDevice)
    .post('account.devices.forget_all', `${ACCOUNT_PATH}/devices/forget-all`, account.factors.forgetAllDevices)
    .post('account.close', `${ACCOUNT_PATH}/close`, account.pages.close)
    .get('new_address', linkRoute('change_email'), account.newAddress.show)
    .post('new_address.confirm', linkRoute('change_email'), account.newAddress.post)
    .get('registration.waiting', '/registration/:uid', waiting.show)
    .get('registration.code', '/registration/:uid/code', waiting.goBack)
    .get('registration.again', '/registration/:uid/again', waiting.goBack)
    .post('registration.code', '/registration/:uid/code', waiting.postCode)
    .post('registration.again', '/registration/:uid/again', waiting.postAgain)
    .get('confirm', linkRoute('confirm_registration'), confirm.show)
    .post('confirm', linkRoute('confirm_registration'), confirm.post)
    .get('confirm.password', linkRules.confirm_registration.path, confirm.showGone)
    .post('confirm.password', linkRules.confirm_registration.path, confirm.postPassword);
}

function addPasskeyAddresses(router: Router, { signIn: { steps, passkey }, account: { newPasskey } }: AppDeps): void {
  if (passkey === undefined || newPasskey === undefined) return;
  router
    .post('interaction.passkey', '/interaction/:uid/passkey', steps.posted(ACCOUNT_PROMPTS, passkey.post))
    .get('account.factors.passkey', `${ACCOUNT_PATH}/factors/passkey`, newPasskey.show)
    .post('account.factors.passkey', `${ACCOUNT_PATH}/factors/passkey`, newPasskey.post);
}

function addDevelopmentAddresses(router: Router, { developmentMails: mails }: AppDeps): void {
  if (mails === undefined) return;
  router.get('development.mails', MAILS_PATH, mails.list).get('development.mail', `${MAILS_PATH}/:name`, mails.show);
}

function addSecondFactorAddresses(router: Router, { signIn: { steps, secondFactor } }: AppDeps): void {
  const { asked, enrolment, sentCode } = secondFactor;
  const opened = (show: StepHandlers['show']) => steps.opened(ACCOUNT_PROMPTS, show);
  const posted = (post: StepHandlers['post']) => steps.posted(ACCOUNT_PROMPTS, post);
  router
    .get('interaction.second_factor', '/interaction/:uid/second-factor', opened(asked.show))
    .post('interaction.second_factor', '/interaction/:uid/second-factor', posted(asked.post))
    .get('interaction.enrol', '/interaction/:uid/enrol', opened(asked.show))
    .post('interaction.enrol', '/interaction/:uid/enrol', posted(enrolment.post))
    .get('interaction.sent_code', '/interaction/:uid/code', opened(sentCode.show))
    .post('interaction.sent_code', '/interaction/:uid/code', posted(sentCode.post))
    .get('interaction.send_code', '/interaction/:uid/code/send', opened(sentCode.show))
    .post('interaction.send_code', '/interaction/:uid/code/send', posted(sentCode.send));
}

function addMailedCodeAddresses(router: Router, { signIn: { steps, mailedCode } }: AppDeps): void {
  if (mailedCode === undefined) return;
  const { ask, enter } = mailedCode;
  const path = '/interaction/:uid/mailed-code';
  router
    .get('interaction.mailed_code', path, steps.opened(ACCOUNT_PROMPTS, ask.show))
    .post('interaction.mailed_code', path, steps.posted(ACCOUNT_PROMPTS, ask.post))
    .get('interaction.mailed_code.enter', `${path}/enter`, steps.opened(ACCOUNT_PROMPTS, enter.show))
    .post('interaction.mailed_code.enter', `${path}/enter`, steps.posted(ACCOUNT_PROMPTS, enter.post));
}

function addPortalAddresses(router: Router, { portal }: AppDeps): void {
  const client = `${DEVELOPER_PATH}/clients/:id`;
  router
    .get('developer', DEVELOPER_PATH, portal.list)
    .get('developer.new', NEW_CLIENT_PATH, portal.showNew)
    .post('developer.create', NEW_CLIENT_PATH, portal.create)
    .get('developer.client', client, portal.show)
    .post('developer.client.update', client, portal.update)
    .post('developer.client.rotate_secret', `${client}/secret`, portal.rotate)
    .post('developer.client.remove', `${client}/remove`, portal.remove);
}

function healthAddresses(health: Health): Router {
  return new Router().get('livez', '/livez', live).get('readyz', '/readyz', ready(health));
}

/** What a monitor or orchestrator asks, on a listener of its own. */
export interface OpsAppDeps extends Pick<AppDeps, 'health' | 'log'> {
  readonly recorder: Pick<EventRecorder, 'record'>;
  readonly config: Pick<Config, 'issuer' | 'allowedAddresses'>;
}

export function createOpsApp({ config, health, log, recorder }: OpsAppDeps): Koa {
  const app = new Koa();
  app.on('error', reportLost(log));
  app.use(stopKeepingAlive(health));
  app.use(closeUnreadBodies(health.clock));
  app.use(addErrorUris(config.issuer));
  app.use(refuseForeign(config.allowedAddresses, recorder));
  const router = healthAddresses(health);
  app.use(failures({ log }));
  app.use(answerOtherMethods(new Routes(routesOf(router))));
  app.use(router.routes());
  return app;
}

/** ALLOWED_IPS, by the address that the connection comes from: no proxy stands before this listener. */
function refuseForeign(ranges: readonly AddressRange[], recorder: OpsAppDeps['recorder']): Koa.Middleware {
  const isAllowed = addressesAllowedBy(ranges);
  return async (ctx, next) => {
    const address = ctx.req.socket.remoteAddress ?? '';
    if (isAllowed(address)) return next();
    const refused = { event: 'request.refused', reason: 'address_not_allowed', endpoint: 'operations' } as const;
    await recorder.record([refused], { address });
    return answerAddressNotAllowed(ctx);
  };
}

/** What goes wrong while an answer is on its way. */
function reportLost(log: Log): (error: unknown) => void {
  return (error) => {
    const reason = brokenConnectionCode(error);
    if (reason === undefined) log.error({ error }, 'a response could not be sent');
    else log.info({ reason }, 'a connection broke off');
  };
}

/** A process that stops answers what it accepted, and sends its clients elsewhere for the next request. */
function stopKeepingAlive({ isStopping }: Health): Koa.Middleware {
  return (ctx, next) => {
    if (isStopping()) ctx.set('Connection', 'close');
    return next();
  };
}
