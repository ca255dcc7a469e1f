/** What serves HTTP is made from what: the provider, its pages, and who sends mails. */
import cluster from 'node:cluster';
import type Koa from 'koa';
import type { Context } from 'koa';
import { createRecorder, type Installation } from './compose.ts';
import { readLogo } from './config/brand/logo.ts';
import { admissionOf, relyingPartyOf, sentCodesOf } from './config/config.ts';
import type { EventRecorder } from './domain/events/recorder.ts';
import { requiresSecondFactor } from './domain/factors/requirement.ts';
import { SecondFactorCodes } from './domain/factors/second-factor-codes.ts';
import { SignInByMail } from './domain/factors/sign-in-by-mail.ts';
import { MailDelivery, type MailWriter } from './domain/mail/delivery.ts';
import { FailureWatch } from './domain/notices/failed-sign-ins.ts';
import { Challenges } from './domain/passkeys/challenges.ts';
import { NewPasskeys } from './domain/passkeys/new-passkey.ts';
import { Passkeys } from './domain/passkeys/passkeys.ts';
import { KnownDevices } from './domain/throttle/known-devices.ts';
import { SignInBudgets } from './domain/throttle/sign-in-budgets.ts';
import type { CodeSender } from './ports/code-sender.ts';
import type { Log } from './ports/log.ts';
import type { Mailer } from './ports/mailer.ts';
import { createCurrentProvider } from './provider/current-provider.ts';
import { ClientFinder } from './provider/metadata-documents/client-finder.ts';
import { createBrowserBinding } from './provider/protection/browser-binding.ts';
import { checkIssuer, rememberIssuer } from './remembered-issuer.ts';
import { textCipher } from './storage/encryption/key-ring.ts';
import type { Account } from './storage/records/accounts.ts';
import { createOwnAccount } from './web/account/create-pages.ts';
import { createApp, createOpsApp } from './web/app.ts';
import { createPortal } from './web/developer/portal.ts';
import { FormGuard } from './web/forms/form-guard.ts';
import { PageForms } from './web/forms/page-forms.ts';
import { createWriteProbe, reportReplaced } from './web/health.ts';
import { SignInCompletion } from './web/interactions/complete-sign-in.ts';
import { createConsent } from './web/interactions/consent.ts';
import { DeviceCookie } from './web/interactions/device-cookie.ts';
import { createLogin } from './web/interactions/login.ts';
import { createNotAllowed } from './web/interactions/not-allowed.ts';
import { createSelectAccount } from './web/interactions/select-account.ts';
import { Steps } from './web/interactions/step.ts';
import { createTerms } from './web/interactions/terms.ts';
import { createInvitationPages } from './web/links/invitation.ts';
import { createNotMe } from './web/links/not-me.ts';
import { createReset } from './web/links/reset.ts';
import { DevelopmentMails } from './web/mail/development.ts';
import { MailTexts } from './web/mail/mail-texts.ts';
import { createTellOfNewDevice } from './web/mail/new-device.ts';
import { createMailedCode } from './web/mailed-code/mailed-code.ts';
import { PostedRequests } from './web/middleware/posted-requests.ts';
import { openOverlay } from './web/overlay/overlay.ts';
import { ProposedApps } from './web/pages/authenticator-app.ts';
import { wayBackTo } from './web/pages/names-and-links.ts';
import { Pages } from './web/pages/render.ts';
import { createPasskeySignIn } from './web/passkeys/passkey-sign-in.ts';
import { createProviderPages } from './web/provider-pages.ts';
import { createRecover } from './web/recovery/recover.ts';
import { createRegistrationPages } from './web/registration/registration-pages.ts';
import { createSecondFactorPages } from './web/second-factor/create-pages.ts';

/** A counter as any other: what readiness writes must go where requests write. */
const READINESS_COUNTED_SECONDS = 3600;

/** With the first mail: a start should not wait for what sends them. */
function loadedLater(load: () => Promise<Mailer>): Mailer {
  let loaded: Promise<Mailer> | undefined;
  const mailer = (): Promise<Mailer> => {
    loaded ??= load();
    return loaded;
  };
  return {
    send: async (mail, options) => (await mailer()).send(mail, options),
    isReachable: async () => (await mailer()).isReachable(),
    close: () => void loaded?.then((each) => each.close()),
  };
}

/** From now on this process sends mails, if any are sent. */
function startSending(
  { config, mails, outbox, clock }: Installation,
  { write, recorder, log }: { readonly write: MailWriter; readonly recorder: EventRecorder; readonly log: Log },
) {
  if (config.mail.way === 'none') return;
  const settings = { ...config.mail, issuer: config.issuer };
  const mailer = loadedLater(async () =>
    settings.way === 'smtp'
      ? new (await import('../adapters/mail/smtp.ts')).SmtpMailer(settings, clock)
      : new (await import('../adapters/mail/files.ts')).FileMailer(settings, clock),
  );
  const graceMilliseconds = config.shutdownGraceSeconds * 1000;
  outbox.deliverBy(new MailDelivery({ mails, mailer, write, recorder, clock, log, graceMilliseconds }));
}

/** Loaded only where there is one. */
async function openCodeSender({ config, clock }: Installation): Promise<CodeSender | undefined> {
  const { otpWebhook, outboundAllowPrivate: allowPrivate } = config;
  if (otpWebhook === undefined) return undefined;
  const { CodeWebhook } = await import('../adapters/webhook/code-webhook.ts');
  return new CodeWebhook({ ...otpWebhook, allowPrivate, clock });
}

/** What serves HTTP over an open installation. */
export interface Host {
  readonly app: Koa;
  readonly opsApp: Koa;
  /** Follows changes of keys and scopes, and notices replaced database files; called every few seconds. */
  refresh(): Promise<void>;
  /** When all listeners are up, and before the first answer. Throws when another start was first, with another issuer. */
  rememberIssuer(): Promise<void>;
  /** From here on readiness is red and connections are not kept alive. */
  beginStop(): void;
}

export async function createHost(installation: Installation, log: Log): Promise<Host> {
  const { config, clock, ring, records, accounts, consents, budgets, hasher, providerDeps } = installation;
  const { caches, sessionGrants } = providerDeps;
  const { resources: resourceCache } = caches;
  const { issuer } = config;
  const before = await checkIssuer(config, installation.keys);

  const { views, warnings } = openOverlay(config.viewsFolder);
  // Once, not by each worker.
  if ((cluster.worker?.id ?? 1) === 1) for (const warning of warnings) log.warn(warning, 'a setting is doubtful');
  const { brandName, brandLogo, brandColours: colours } = config;
  const mailTexts = new MailTexts({ views, brandName, accent: colours?.light });
  mailTexts.check();
  const pages = new Pages(brandName, issuer, views, log, {
    logo: brandLogo === undefined ? undefined : readLogo(brandLogo),
    colours,
    links: { ...config.footerLinks, terms: config.terms?.url },
  });
  const clients = new ClientFinder({
    clients: caches.clients,
    provider: { current: () => provider.current() },
    ...config,
  });
  const providerPages = createProviderPages({ issuer, pages, clients });
  const { keyedHash } = installation;
  const devices = new KnownDevices({ cipher: textCipher(ring, 'known device'), clock });
  const throttle = new SignInBudgets({ budgets, devices, networks: installation.knownNetworks, clock });
  const deviceCookie = new DeviceCookie(issuer, devices);
  const host = { pages: providerPages, log, deviceOf: (ctx: Pick<Context, 'cookies'>) => deviceCookie.read(ctx) };
  const provider = await createCurrentProvider(providerDeps, host, installation);
  const recogniseBrowser = createBrowserBinding(issuer, keyedHash);
  const formGuard = new FormGuard(issuer, ring.derive('interaction forms'));
  const forms = new PageForms({ formGuard, keyedHash, pages });
  const mailState = async () => ({
    isReachable: await installation.outbox.isReachable(),
    isDevelopment: config.mail.way === 'files',
  });
  const canRecover = config.mail.way !== 'none';
  const recovering = { ...installation, clients, provider, forms, throttle, issuer, mailState, pages };
  const recovery = {
    recover: createRecover({ ...recovering, isOn: canRecover }),
    reset: createReset(recovering),
    notMe: createNotMe(recovering),
  };
  const steps = new Steps({ issuer, provider, clients, formGuard, pages });
  const mustHaveFactor = (account: Account) => requiresSecondFactor(account, config.requireSecondFactor);
  const proposedApps = new ProposedApps({ cipher: textCipher(ring, 'proposed authenticator app'), clock });
  const completion = new SignInCompletion({
    ...installation,
    ...{ throttle, deviceCookie, resources: resourceCache, clients },
    requiresSecondFactor: mustHaveFactor,
    tellOfNewDevice: createTellOfNewDevice({ ...installation, issuer, devices, deviceCookie }),
  });
  const relyingParty = relyingPartyOf(config);
  const challenges = new Challenges({ keyedHash, issued: installation.issued, clock });
  const passkeys = relyingParty && new Passkeys({ ...installation, relyingParty, challenges });
  const shared = {
    completion,
    config,
    clock,
    keyedHash,
    provider,
    throttle,
    deviceCookie,
    pages,
    forms,
    steps,
    findableClients: clients,
    mailState,
  };
  const offersRegistration = admissionOf(config) !== 'closed';
  const settings = sentCodesOf(config);
  const codes = { ...installation, codes: installation.sentCodes, throttle };
  const { isRememberedByDefault } = config;
  const login = createLogin({
    ...{ accounts, hasher, throttle, deviceCookie, completion, passkeys, clock, pages, canRecover, offersRegistration },
    ...{ offersMailedCode: settings.signInByMail, isRememberedByDefault },
  });
  const secondFactorCodes = new SecondFactorCodes({
    ...codes,
    ...{ settings, log, sender: await openCodeSender(installation) },
  });
  const signIn = {
    steps,
    login,
    passkey: passkeys && createPasskeySignIn({ passkeys, throttle, deviceCookie, login, provider, clock }),
    secondFactor: createSecondFactorPages({
      ...installation,
      ...{ deviceCookie, completion, throttle, provider, passkeys, pages, secondFactorCodes },
      ...{ resources: resourceCache, proposedApps, issuer, brandName, mustHaveFactor },
    }),
    mailedCode: settings.signInByMail
      ? createMailedCode({
          ...{ signInByMail: new SignInByMail(codes), accounts, login, deviceCookie, mailState, clock },
          ...{ pages, isRememberedByDefault },
        })
      : undefined,
    selectAccount: createSelectAccount({ accounts, devices, deviceCookie, login, clock, pages }),
    registration: createRegistrationPages({ stores: installation, ...shared }),
    consent: createConsent({ provider, accounts, consents, sessionGrants, resources: resourceCache, clock, pages }),
    notAllowed: createNotAllowed({ accounts, pages }),
    terms: createTerms({ accounts, terms: config.terms, clock, pages }),
  };
  const invitation = createInvitationPages({
    ...installation,
    forms,
    pages,
    terms: config.terms,
    areInvitationsOn: config.accountRegistration !== 'off',
  });
  const account = createOwnAccount(
    { ...installation, refreshTokens: providerDeps.stores.refreshTokens },
    {
      ...{ provider, clients, resources: resourceCache, forms, throttle, mailState, pages },
      ...{ deviceCookie, proposedApps, mustHaveFactor },
      newPasskeys: relyingParty && new NewPasskeys({ ...installation, relyingParty, challenges }),
    },
  );
  let isStopping = false;
  const health = {
    ping: reportReplaced(() => records.ping(), log),
    isWritable: createWriteProbe(() => installation.counters.add('readiness', READINESS_COUNTED_SECONDS), clock),
    isStopping: () => isStopping,
    clock,
  };

  const recorder = createRecorder(installation, log, [new FailureWatch({ ...installation, issuer })]);
  startSending(installation, { write: (order) => mailTexts.write(order), recorder, log });
  return {
    app: createApp({
      config,
      log,
      recorder,
      health,
      pages,
      wayBackTo: (clientId, language) => wayBackTo(clients.peek(clientId), issuer, language),
      signIn,
      developmentMails:
        config.mail.way === 'files' ? new DevelopmentMails({ ...config.mail, issuer, pages }) : undefined,
      recovery,
      account,
      portal: createPortal({
        ...{
          ...installation,
          ...installation.registration,
          validateMetadata: provider.validateMetadata,
          ...account,
          ...{ issuer, forms, pages, cache: caches.clients, resources: resourceCache },
        },
        allowedAddresses: config.allowedAddresses,
      }),
      invitation,
      postedRequests: new PostedRequests({ issuer, ring, clock }),
      provider,
      recogniseBrowser,
    }),
    opsApp: createOpsApp({ config, health, log, recorder }),
    async refresh() {
      // Replaced files are reported even if nobody requests the readiness of this process.
      await health.ping().catch(() => undefined);
      await provider.refresh();
    },
    rememberIssuer: () => rememberIssuer(config, { keys: installation.keys, log, before }),
    beginStop: () => {
      isStopping = true;
    },
  };
}
