/** The steps of a sign-in. */
import { claimsOfScope } from '../../../src/domain/accounts/claims.ts';
import { type ConsentPage, consentPage } from '../../../src/web/interactions/consent.ts';
import { expiredPage } from '../../../src/web/interactions/expired.ts';
import { type LoginPage, loginPage } from '../../../src/web/interactions/login.ts';
import { notAllowedPage } from '../../../src/web/interactions/not-allowed.ts';
import { type SelectAccountPage, selectAccountPage } from '../../../src/web/interactions/select-account.ts';
import { type TermsPage, termsPage } from '../../../src/web/interactions/terms.ts';
import { askPage, enterPage } from '../../../src/web/mailed-code/mailed-code.ts';
import { cookiesBlockedInSignIn, cookiesBlockedPage } from '../../../src/web/pages/cookies-blocked.ts';
import type { Page } from '../../../src/web/pages/render.ts';
import { en } from '../../../src/web/pages/words/en.ts';
import { addedPage, enrolmentPage } from '../../../src/web/second-factor/enrolment.ts';
import { type SecondFactorPage, secondFactorPage } from '../../../src/web/second-factor/page.ts';
import { sentCodePage } from '../../../src/web/second-factor/sent-code.ts';
import { BACK, type Drawing, forEachCode, keysOf, type States, TERMS } from './drawing.ts';

const PASSKEY = { challenge: 'AAAA', rpId: 'notes.example' };

const formOf = ({ language, text }: Drawing) => ({ language, action: text, abortAction: text, csrfToken: text });

export function loginState(drawing: Drawing, page: Partial<LoginPage> = {}): Page {
  return loginPage({ ...formOf(drawing), clientName: drawing.text, login: drawing.text, isRemembered: true, ...page });
}

export function consentState(drawing: Drawing, page: Partial<ConsentPage> = {}): Page {
  const { text } = drawing;
  return consentPage({
    ...formOf(drawing),
    client: { name: text, uri: text, logoUri: text, policyUri: text, tosUri: text },
    account: { email: text, name: text },
    oidcScopes: ['openid', 'profile', 'email', 'offline_access', text],
    oidcClaims: ['birthdate', text],
    organisationScopes: [],
    resources: [{ name: text, identifier: text, scopes: [{ name: text }, { name: 'read', description: text }] }],
    required: ['read'],
    shared: new Set(),
    before: undefined,
    redirectHost: text,
    chooseHref: text,
    ...page,
  });
}

function selectAccountState(drawing: Drawing, page: Partial<SelectAccountPage> = {}): Page {
  const { text } = drawing;
  const account = { email: text, name: text };
  return selectAccountPage({
    ...formOf(drawing),
    ...{ clientName: text, clientLogoUri: text, forgetAction: text, otherHref: text, signOutHref: text },
    choices: [
      { id: 'a', isSignedIn: true, ...account },
      { id: 'b', isSignedIn: false, ...account },
      { id: 'c', isSignedIn: false, email: text, name: undefined },
    ],
    ...page,
  });
}

export function termsState(drawing: Drawing, page: Partial<TermsPage> = {}): Page {
  const { text } = drawing;
  return termsPage({
    ...formOf(drawing),
    clientName: text,
    clientLogoUri: text,
    account: { email: text, name: text },
    terms: { ...TERMS, version: text },
    isChange: false,
    chooseHref: text,
    ...page,
  });
}

export function secondFactorState(drawing: Drawing, page: Partial<SecondFactorPage> = {}): Page {
  const { text } = drawing;
  return secondFactorPage({
    ...formOf(drawing),
    clientName: text,
    clientLogoUri: text,
    account: { email: text, name: text },
    ...{ method: 'app', isStepUp: false, needsPasskey: false, hasApp: true, hasRecoveryCodes: true },
    ...{ channels: ['mail', 'phone'], sendAction: text, otherHref: text, address: text },
    ...page,
  });
}

function secondFactorStates(drawing: Drawing): States {
  const { problems } = en.secondFactor;
  return {
    ...forEachCode('secondFactor', ['app', 'recovery_code', 'none'], (method) =>
      secondFactorState(drawing, { method }),
    ),
    ...forEachCode('secondFactorWithPasskey', ['app', 'none'], (method) =>
      secondFactorState(drawing, { method, passkey: { action: drawing.text, options: PASSKEY } }),
    ),
    secondFactorNeedsPasskey: secondFactorState(drawing, { method: 'none', needsPasskey: true }),
    secondFactorToStepUp: secondFactorState(drawing, { isStepUp: true, hasRecoveryCodes: false }),
    ...forEachCode('secondFactorProblem', keysOf(problems), (problem) =>
      secondFactorState(drawing, {
        problem,
        method: problem === 'recovery_code_wrong' ? 'recovery_code' : 'app',
        retryAfterSeconds: 60,
      }),
    ),
  };
}

function sentCodeStates(drawing: Drawing): States {
  const { text } = drawing;
  const step = { ...formOf(drawing), clientName: text, clientLogoUri: text, account: { email: text, name: text } };
  const sent = {
    ...step,
    channel: 'mail',
    sentTo: text,
    sendAction: text,
    otherHref: text,
    nextInSeconds: 30,
  } as const;
  return {
    sentCodeNotSent: sentCodePage({ ...sent, sentTo: '', nextInSeconds: 0, problem: 'code_not_sent' }),
    ...forEachCode('sentCode', ['mail', 'phone'], (channel) => sentCodePage({ ...sent, channel })),
    ...forEachCode('sentCodeProblem', keysOf(en.sentCode.problems), (problem) =>
      sentCodePage({ ...sent, problem, retryAfterSeconds: 60 }),
    ),
  };
}

function enrolmentStates(drawing: Drawing): States {
  const { text } = drawing;
  const step = { ...formOf(drawing), clientName: text, clientLogoUri: text, account: { email: text, name: text } };
  const proposed = { secret: 'JBSWY3DPEHPK3PXP', proposal: text };
  const page = { ...step, brandName: text, proposed, otherHref: text, sendAction: text };
  return {
    enrolment: enrolmentPage({ ...page, channels: ['mail', 'phone'] }),
    ...forEachCode('enrolmentProblem', keysOf(en.enrolment.problems), (problem) =>
      enrolmentPage({ ...page, channels: [], problem }),
    ),
    factorAdded: addedPage({ ...step, codes: ['ABCDE-FGHJK', 'LMNPQ-RSTUV'] }),
    factorAddedBefore: addedPage({ ...step, codes: [] }),
  };
}

function mailedCodeStates(drawing: Drawing): States {
  const { text } = drawing;
  const app = { clientName: text, clientLogoUri: text };
  const sent = { isReachable: true, isDevelopment: false };
  const ask = { ...formOf(drawing), ...app, login: text, passwordHref: text };
  const enter = { ...ask, isRemembered: true, againAction: text, askHref: text, sent };
  const { problems, again } = en.mailedCode;
  return {
    mailedCode: askPage({ ...ask, login: '' }),
    ...forEachCode('mailedCodeProblem', keysOf(problems), (problem) =>
      askPage({ ...ask, problem: problem === 'missing_code' ? 'missing_login' : problem, retryAfterSeconds: 60 }),
    ),
    mailedCodeEntered: enterPage({ ...enter, sent: { isReachable: false, isDevelopment: true }, isRemembered: false }),
    ...forEachCode('mailedCodeAgain', keysOf(again), (code) => enterPage({ ...enter, again: code })),
    ...forEachCode('mailedCodeEnteredProblem', keysOf(problems), (problem) =>
      enterPage({ ...enter, problem: problem === 'missing_login' ? 'missing_code' : problem, retryAfterSeconds: 60 }),
    ),
  };
}

function consentStates(drawing: Drawing): States {
  const { text } = drawing;
  const links = { uri: BACK, policyUri: `${BACK}privacy`, tosUri: `${BACK}terms` };
  const { language } = drawing;
  return {
    consent: consentState(drawing),
    consentToOwnScope: consentState(drawing, {
      oidcScopes: ['groups', 'teams'],
      organisationScopes: [{ name: 'teams', claims: ['groups', text], description: text }],
    }),
    consentToEverything: consentState(drawing, {
      client: { name: text, ...links },
      oidcScopes: keysOf(en.consent.scopes),
      oidcClaims: keysOf(en.consent.claims).filter((claim) => !claimsOfScope('profile').includes(claim as never)),
      resources: [{ identifier: 'https://api.example/', scopes: [] }],
      redirectHost: 'notes.example',
    }),
    consentAgain: consentState(drawing, {
      client: { name: text, owner: text },
      resources: [{ name: text, identifier: 'https://api.example/', scopes: [{ name: 'read', description: text }] }],
      before: {
        allowed: { oidcScopes: ['openid'], oidcClaims: [], resourceScopes: {} },
        refused: { oidcScopes: ['email'], oidcClaims: [], resourceScopes: {} },
      },
    }),
    consentToMetadataDocument: consentState(drawing, {
      client: { name: 'notes.example', callsItself: text },
      isAnyProgram: true,
      redirectHost: '127.0.0.1:4321',
    }),
    consentToAppThatRegisteredItself: consentState(drawing, {
      client: { name: text, isUnvouched: true },
      redirectHost: 'notes.example',
    }),
    consentToAppOnDevice: consentState(drawing, { client: { name: text }, redirectHost: '', language }),
  };
}

export function signInStates(drawing: Drawing): States {
  const { language, text } = drawing;
  const backTo = { name: text, href: BACK };
  return {
    login: loginState(drawing),
    loginWithEmptyField: loginState(drawing, { login: '' }),
    loginWithEveryWay: loginState(drawing, { recoverHref: text, registerHref: text, mailedCodeHref: text }),
    ...forEachCode('login', keysOf(en.login.problems), (problem) =>
      loginState(drawing, { problem, retryAfterSeconds: 60, expected: text }),
    ),
    ...forEachCode('loginHint', keysOf(en.login.hints), (hint) => loginState(drawing, { hint })),
    loginWithPasskey: loginState(drawing, { passkey: { action: text, options: PASSKEY } }),
    loginToSwitch: loginState(drawing, { signedInAs: text, chooseHref: text, isRemembered: false }),
    selectAccount: selectAccountState(drawing),
    selectAccountAlone: selectAccountState(drawing, {
      choices: [{ id: 'a', isSignedIn: true, email: text, name: text }],
    }),
    selectAccountSignedOut: selectAccountState(drawing, { signOutHref: undefined }),
    ...consentStates(drawing),
    ...secondFactorStates(drawing),
    ...sentCodeStates(drawing),
    ...enrolmentStates(drawing),
    ...mailedCodeStates(drawing),
    notAllowed: notAllowedPage({
      ...formOf(drawing),
      clientName: text,
      clientLogoUri: text,
      account: { email: text, name: text },
      chooseHref: text,
    }),
    terms: termsState(drawing),
    termsNotTicked: termsState(drawing, { isChange: true, isMissing: true }),
    expired: expiredPage(language, backTo),
    expiredByHand: expiredPage(language, undefined),
    cookiesBlocked: cookiesBlockedPage(language, BACK),
    cookiesBlockedInSignIn: cookiesBlockedInSignIn(language, backTo),
  };
}
