/** Draws every page, filled with one text wherever others can choose a text. */
import { messagePage } from '../../src/web/account/message.ts';
import { type AccountPage, accountPage } from '../../src/web/account/page.ts';
import { errorIndexPage, explanationPage, explanations, unknownErrorPage } from '../../src/web/docs/error-pages.ts';
import { type ConsentPage, consentPage } from '../../src/web/interactions/consent.ts';
import { expiredPage } from '../../src/web/interactions/expired.ts';
import { type LoginPage, loginPage } from '../../src/web/interactions/login.ts';
import { notAllowedPage } from '../../src/web/interactions/not-allowed.ts';
import { type SelectAccountPage, selectAccountPage } from '../../src/web/interactions/select-account.ts';
import { type TermsPage, termsPage } from '../../src/web/interactions/terms.ts';
import { landingPage } from '../../src/web/landing.ts';
import { gonePage } from '../../src/web/links/gone.ts';
import {
  type InvitationPage,
  invitationDonePage,
  invitationPage,
  invitationTakenPage,
} from '../../src/web/links/invitation.ts';
import { newAddressPage } from '../../src/web/links/new-address.ts';
import { resetDonePage, resetPage } from '../../src/web/links/reset.ts';
import { mailPage, mailsPage } from '../../src/web/mail/development.ts';
import { errorPage, notFoundPage, unavailablePage } from '../../src/web/middleware/errors.ts';
import { type HandOverPage, handOverPage } from '../../src/web/middleware/hand-over.ts';
import { cookiesBlockedInSignIn, cookiesBlockedPage } from '../../src/web/pages/cookies-blocked.ts';
import type { Language } from '../../src/web/pages/language.ts';
import { Pages } from '../../src/web/pages/render.ts';
import { logoutPage, signedOutPage, signOutErrorPage } from '../../src/web/provider-pages.ts';
import { recoverPage, recoveryOffPage, recoverySentPage } from '../../src/web/recovery/recover.ts';
import { codePage, confirmPage } from '../../src/web/registration/confirm.ts';
import { closedPage, outcomePage } from '../../src/web/registration/outcome.ts';
import { registerPage } from '../../src/web/registration/register.ts';
import { waitingPage } from '../../src/web/registration/waiting.ts';

export const pages = new Pages('Latchkey', 'https://id.example');

const TEXT = 'Harbour Notes';

export function drawLogin(page: Partial<LoginPage> = {}, text = TEXT): string {
  const drawn = {
    action: text,
    abortAction: text,
    csrfToken: text,
    clientName: text,
    login: text,
    isRemembered: true,
    ...page,
  };
  return pages.render(loginPage({ language: 'en', ...drawn }));
}

export function drawInvitation(page: Partial<InvitationPage> = {}, text = TEXT): string {
  const terms = { url: 'https://id.example/terms', version: text };
  return pages.render(invitationPage({ language: 'en', csrfToken: text, email: text, name: text, terms, ...page }));
}

export function drawConsent(page: Partial<ConsentPage> = {}, text = TEXT): string {
  const drawn: ConsentPage = {
    language: 'en',
    action: text,
    abortAction: text,
    csrfToken: text,
    client: { name: text, uri: text, logoUri: text, policyUri: text, tosUri: text },
    account: { email: text, name: text },
    oidcScopes: ['openid', 'profile', 'email', 'offline_access', text],
    oidcClaims: ['birthdate', text],
    organisationScopes: [],
    resources: [{ name: text, identifier: text, scopes: [{ name: text }, { name: 'read', description: text }] }],
    redirectHost: text,
    chooseHref: text,
    ...page,
  };
  return pages.render(consentPage(drawn));
}

function drawSelectAccount(page: Partial<SelectAccountPage> = {}, text = TEXT): string {
  const account = { email: text, name: text };
  const drawn: SelectAccountPage = {
    ...{ language: 'en', action: text, abortAction: text, csrfToken: text, clientName: text, clientLogoUri: text },
    choices: [
      { id: 'a', isSignedIn: true, ...account },
      { id: 'b', isSignedIn: false, ...account },
      { id: 'c', isSignedIn: false, email: text, name: undefined },
    ],
    ...{ forgetAction: text, otherHref: text, signOutHref: text, ...page },
  };
  return pages.render(selectAccountPage(drawn));
}

export function drawTerms(page: Partial<TermsPage> = {}, text = TEXT): string {
  const drawn: TermsPage = {
    language: 'en',
    action: text,
    abortAction: text,
    csrfToken: text,
    clientName: text,
    clientLogoUri: text,
    account: { email: text, name: text },
    terms: { url: 'https://example.com/terms', version: text },
    isChange: false,
    chooseHref: text,
    ...page,
  };
  return pages.render(termsPage(drawn));
}

export function drawAccount(page: Partial<AccountPage> = {}, text = TEXT): string {
  const account = { id: text, email: text, emailVerified: true, name: text };
  const typed = { name: text, email: text };
  const drawn: AccountPage = {
    ...{ language: 'en', csrfToken: text, account, pendingEmail: undefined, isFresh: true, isMailOff: false },
    ...{ signOutHref: text, typed, ...page },
  };
  return pages.render(accountPage(drawn));
}

function registrationPages(language: Language, text: string): Readonly<Record<string, string>> {
  const form = { language, csrfToken: text, action: text, abortAction: text, email: text, name: text };
  const terms = { url: 'https://notes.example/terms', version: '1' };
  const problems = { email: 'email_invalid', name: 'name_invalid', password: 'password_too_short' } as const;
  const register = { ...form, clientName: text, clientLogoUri: text, loginHref: text, terms };
  const addresses = { codeAction: text, againAction: text, correctHref: text, loginHref: text };
  const waiting = { ...form, ...addresses, sent: { isReachable: true, isDevelopment: true } };
  const code = { ...form, appName: text, shown: { code: text, secret: text }, terms };
  const client = { client_id: text, client_name: text, client_uri: 'https://notes.example/' };
  const outcome = { language, email: text, client, issuer: 'https://id.example' };
  const hindrance = { code: 'too_many_attempts', retryAfterSeconds: 60 } as const;
  return {
    register: pages.render(registerPage(register)),
    registerWithProblems: pages.render(
      registerPage({ ...register, password: 'otters', problems: { ...problems, terms: 'terms_missing' } }),
    ),
    registerTooOften: pages.render(registerPage({ ...register, problems: { hindrance } })),
    waiting: pages.render(waitingPage({ ...waiting, isAgain: true, strength: 'fair' })),
    waitingWithProblem: pages.render(waitingPage({ ...waiting, problem: 'wrong_code' })),
    confirm: pages.render(confirmPage({ ...form, appName: text })),
    code: pages.render(codePage(code)),
    codeWithProblems: pages.render(codePage({ ...code, problems: { password: 'password_too_short' } })),
    made: pages.render(outcomePage({ ...outcome, outcome: 'made', strength: 'weak' })),
    awaiting: pages.render(outcomePage({ ...outcome, outcome: 'awaiting' })),
    gone: pages.render(outcomePage({ ...outcome, outcome: 'gone' })),
    notAllowed: pages.render(closedPage(language, text, 'domain_not_allowed')),
    taken: pages.render(outcomePage({ ...outcome, client: undefined, outcome: 'taken' })),
    closed: pages.render(closedPage(language, text)),
  };
}

export function everyPage(language: Language = 'en', text = TEXT): Readonly<Record<string, string>> {
  const backTo = { name: text, href: 'https://notes.example/' };
  const error = { language, error: text, description: text, requestId: text };
  const logout = { language, action: text, xsrf: text };
  const handOver = (leadsTo: HandOverPage['leadsTo']): string => {
    const fields = [{ name: text, value: text }];
    return pages.render(handOverPage({ language, leadsTo, clientName: text, action: text, fields }));
  };
  const hindrance = { code: 'busy', retryAfterSeconds: 2 } as const;
  const resetForm = { language, csrfToken: text, account: { email: text } };
  const content = { subject: text, from: text, to: text, sentAt: text, text, html: text };
  const mailOf = (part: object) => mailPage(language, { name: text, ...part }, 'https://id.example');
  return {
    mails: pages.render(mailsPage(language, [{ name: text, content }, { name: text }])),
    noMails: pages.render(mailsPage(language, [])),
    mail: pages.render(mailOf({ content })),
    unreadableMail: pages.render(mailOf({})),
    landing: pages.render(landingPage({ language, issuer: text, brandName: 'Latchkey' })),
    login: drawLogin({ language }, text),
    loginWithWayBackIn: drawLogin({ language, recoverHref: text }, text),
    loginWithRegistration: drawLogin({ language, registerHref: text }, text),
    loginToSwitch: drawLogin({ language, signedInAs: text, chooseHref: text, isRemembered: false }, text),
    loginWithProblem: drawLogin({ language, problem: 'missing_login', hint: 'sign_in_again' }, text),
    loginWithOtherAccount: drawLogin({ language, problem: 'other_account', hint: 'other_account' }, text),
    loginWithExpectedAccount: drawLogin({ language, problem: 'expected_account', expected: text }, text),
    consent: drawConsent({ language }, text),
    consentToOwnScope: drawConsent(
      {
        language,
        oidcScopes: ['groups', 'teams'],
        organisationScopes: [{ name: 'teams', claims: ['groups', text], description: text }],
      },
      text,
    ),
    notAllowed: pages.render(
      notAllowedPage({
        language,
        action: text,
        abortAction: text,
        csrfToken: text,
        clientName: text,
        clientLogoUri: text,
        account: { email: text, name: text },
        chooseHref: text,
      }),
    ),
    selectAccount: drawSelectAccount({ language }, text),
    selectAccountSignedOut: drawSelectAccount({ language, signOutHref: undefined }, text),
    terms: drawTerms({ language }, text),
    termsNotTicked: drawTerms({ language, isChange: true, isMissing: true }, text),
    recover: pages.render(recoverPage({ language, action: text, csrfToken: text })),
    recoverWithProblem: pages.render(
      recoverPage({ language, action: text, csrfToken: text, problem: 'missing_login' }),
    ),
    recoverThrottled: pages.render(
      recoverPage({ language, action: text, csrfToken: text, login: text, problem: { retryAfterSeconds: 60 } }),
    ),
    recoverySent: pages.render(recoverySentPage(language, backTo.href, { isReachable: false, isDevelopment: true })),
    recoveryOff: pages.render(recoveryOffPage(language, backTo)),
    reset: pages.render(resetPage(resetForm)),
    resetWithProblem: pages.render(
      resetPage({ ...resetForm, password: 'password1', problems: { password: 'password_too_common' } }),
    ),
    resetWhileBusy: pages.render(resetPage({ ...resetForm, problems: { hindrance } })),
    resetDone: pages.render(
      resetDonePage(
        language,
        { href: backTo.href, label: text },
        { strength: 'strong', sent: { isReachable: false, isDevelopment: true } },
      ),
    ),
    linkGone: pages.render(gonePage({ language, purpose: 'reset_password', backTo })),
    invitationGone: pages.render(gonePage({ language, purpose: 'accept_invitation' })),
    account: drawAccount({ language }, text),
    accountWithOldProof: drawAccount({ language, isFresh: false, isMailOff: true }, text),
    accountWithProblems: drawAccount(
      {
        language,
        pendingEmail: text,
        isSaved: true,
        problems: {
          ...{
            name: 'name_too_long',
            email: 'email_invalid',
            password: 'password_too_short',
            closing: 'closing_missing',
          },
          hindrance,
        },
      },
      text,
    ),
    newAddress: pages.render(newAddressPage({ language, email: text, csrfToken: text })),
    ...Object.fromEntries(
      (['password_changed', 'closed', 'address_changed', 'address_taken', 'signed_out', 'cancelled'] as const).map(
        (code) => [
          `account-${code}`,
          pages.render(messagePage(language, code, code === 'password_changed' ? { strength: 'fair' } : {})),
        ],
      ),
    ),
    invitation: drawInvitation({ language }, text),
    invitationWithProblems: drawInvitation(
      {
        language,
        problems: { name: 'name_invalid', password: 'password_too_short', terms: 'terms_missing' },
      },
      text,
    ),
    invitationWhileBusy: drawInvitation({ language, problems: { hindrance } }, text),
    invitationDone: pages.render(invitationDonePage(language, text, 'fair')),
    invitationTaken: pages.render(invitationTakenPage(language, text)),
    ...registrationPages(language, text),
    expired: pages.render(expiredPage(language, backTo)),
    cookiesBlocked: pages.render(cookiesBlockedPage(language, backTo.href)),
    cookiesBlockedInSignIn: pages.render(cookiesBlockedInSignIn(language, backTo)),
    error: pages.render(errorPage({ ...error, status: 400, backTo })),
    handOverToApp: handOver('app'),
    handOverToSignOut: handOver('signOut'),
    handOverToOtherAccount: handOver('otherAccount'),
    handOverToNextStep: handOver('nextStep'),
    logout: pages.render(logoutPage(logout)),
    logoutOfUnnamedApp: pages.render(logoutPage({ ...logout, isAppUnnamed: true })),
    signOutError: pages.render(
      signOutErrorPage({ ...error, status: 400, problem: 'address', clientName: text, signOutHref: backTo.href }),
    ),
    logoutAskedByApp: pages.render(logoutPage({ ...logout, clientName: text })),
    signedOut: pages.render(signedOutPage({ language })),
    leftOneApp: pages.render(signedOutPage({ language, clientName: text, clientUri: backTo.href })),
    unavailable: pages.render(unavailablePage(language, 5)),
    notFound: pages.render(notFoundPage(language)),
    errorIndex: pages.render(errorIndexPage(language)),
    unknownError: pages.render(unknownErrorPage(language)),
    ...Object.fromEntries(
      // The longest, one whose description holds a value, one without a description, and one that nobody is sent.
      ['invalid_request', 'invalid_target', 'request_uri_not_supported', 'unauthorized_client'].map((code) => {
        const explanation = explanations.get(code);
        if (explanation === undefined) throw new Error(`no page explains ${code}`);
        return [`explained-${code}`, pages.render(explanationPage(language, code, explanation))];
      }),
    ),
  };
}
