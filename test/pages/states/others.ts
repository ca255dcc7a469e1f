/** Signing out, errors, and the pages for developers. */
import { errorIndexPage, explanationPage, explanations, unknownErrorPage } from '../../../src/web/docs/error-pages.ts';
import { landingPage } from '../../../src/web/landing.ts';
import { mailPage, mailsPage } from '../../../src/web/mail/development.ts';
import { type ErrorPage, errorPage, notFoundPage, unavailablePage } from '../../../src/web/middleware/errors.ts';
import { handOverPage } from '../../../src/web/middleware/hand-over.ts';
import { en } from '../../../src/web/pages/words/en.ts';
import { logoutPage, signedOutPage, signOutErrorPage } from '../../../src/web/provider-pages.ts';
import { BACK, type Drawing, forEachCode, keysOf, type States } from './drawing.ts';

const leadsTo = ['app', 'signOut', 'otherAccount', 'nextStep'] as const;

/** An error and a status that are of that kind. */
const ofKind: { readonly [kind in keyof typeof en.error.kinds]: Pick<ErrorPage, 'error' | 'status' | 'isOfDocument'> } =
  {
    unknown_app: { error: 'invalid_client', status: 400 },
    document: { error: 'invalid_client', status: 400, isOfDocument: true },
    request: { error: 'invalid_request', status: 400 },
    denied: { error: 'access_denied', status: 403 },
    ours: { error: 'server_error', status: 500 },
  };

function signOutStates({ language, text }: Drawing): States {
  const logout = { language, action: text, xsrf: text };
  const error = { language, error: text, description: text, requestId: text, status: 400 };
  return {
    logout: logoutPage(logout),
    logoutOfUnnamedApp: logoutPage({ ...logout, isAppUnnamed: true }),
    logoutAskedByApp: logoutPage({ ...logout, clientName: text }),
    ...forEachCode('signOut', keysOf(en.logout.problems), (problem) =>
      signOutErrorPage({ ...error, problem, clientName: text, signOutHref: BACK }),
    ),
    signOutOfUnknownApp: signOutErrorPage({ ...error, problem: 'app', signOutHref: BACK }),
    signedOut: signedOutPage({ language }),
    leftOneApp: signedOutPage({ language, clientName: text, clientUri: BACK }),
  };
}

function developersStates({ language, text }: Drawing): States {
  const content = { subject: text, from: text, to: text, sentAt: text, text, html: text };
  const mailOf = (part: object) => mailPage(language, { name: text, ...part }, 'https://id.example');
  // The longest, one whose description holds a value, one without a description, and one that nobody is sent.
  const explained = ['invalid_request', 'invalid_target', 'request_uri_not_supported', 'unauthorized_client'];
  return {
    mails: mailsPage(language, [{ name: text, content }, { name: text }]),
    noMails: mailsPage(language, []),
    mail: mailOf({ content }),
    unreadableMail: mailOf({}),
    landing: landingPage({ language, issuer: text, brandName: 'Latchkey' }),
    errorIndex: errorIndexPage(language),
    unknownError: unknownErrorPage(language),
    ...forEachCode('explained', explained, (code) => {
      const explanation = explanations.get(code);
      if (explanation === undefined) throw new Error(`no page explains ${code}`);
      return explanationPage(language, code, explanation);
    }),
  };
}

export function otherStates(drawing: Drawing): States {
  const { language, text } = drawing;
  const backTo = { name: text, href: BACK };
  const error = { language, error: text, description: text, requestId: text };
  return {
    error: errorPage({ ...error, status: 400, backTo }),
    ...forEachCode('error', keysOf(ofKind), (kind) => errorPage({ ...error, ...ofKind[kind] })),
    unavailable: unavailablePage(language, 5),
    notFound: notFoundPage(language),
    ...forEachCode('handOver', leadsTo, (way) =>
      handOverPage({ language, leadsTo: way, clientName: text, action: text, fields: [{ name: text, value: text }] }),
    ),
    ...signOutStates(drawing),
    ...developersStates(drawing),
  };
}
