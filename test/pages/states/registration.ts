/** Registering, from the form to where it ends. */

import { en } from '../../../src/web/pages/words/en.ts';
import { codePage, confirmPage } from '../../../src/web/registration/confirm.ts';
import { closedPage, outcomePage } from '../../../src/web/registration/outcome.ts';
import { registerPage } from '../../../src/web/registration/register.ts';
import { waitingPage } from '../../../src/web/registration/waiting.ts';
import { BACK, type Drawing, forEachCode, formStates, keysOf, type States, TERMS } from './drawing.ts';

export function registrationStates({ language, text }: Drawing): States {
  const form = { language, csrfToken: text, action: text, abortAction: text, email: text, name: text };
  const register = { ...form, clientName: text, clientLogoUri: text, loginHref: text, terms: TERMS };
  const addresses = { codeAction: text, againAction: text, correctHref: text, loginHref: text };
  const waiting = { ...form, ...addresses, sent: { isReachable: true, isDevelopment: true } };
  const client = { client_id: text, client_name: text, client_uri: BACK };
  const hindrance = { code: 'too_many_attempts', retryAfterSeconds: undefined } as const;
  return {
    ...formStates('register', ['email', 'name', 'password', 'terms'], (problems) =>
      registerPage({ ...register, password: problems && 'otters', problems }),
    ),
    registerToSwitch: registerPage({ ...register, signedInAs: text }),
    waiting: waitingPage({ ...waiting, isAgain: true, strength: 'fair' }),
    waitingTooOften: waitingPage({ ...waiting, hindrance }),
    ...forEachCode('waiting', keysOf(en.registration.waiting.problems), (problem) =>
      waitingPage({ ...waiting, problem }),
    ),
    confirm: confirmPage({ ...form, appName: text }),
    ...formStates('code', ['name', 'password', 'terms'], (problems) =>
      codePage({ ...form, appName: text, shown: { code: text, secret: text }, terms: TERMS, problems }),
    ),
    ...forEachCode('outcome', keysOf(en.registration.outcomes), (outcome) =>
      outcomePage({ language, email: text, client, issuer: 'https://id.example', outcome, strength: 'weak' }),
    ),
    outcomeWithoutApp: outcomePage({
      ...{ language, email: text, client: undefined, issuer: 'https://id.example', outcome: 'taken' },
    }),
    domainNotAllowed: closedPage(language, text, 'domain_not_allowed'),
    closed: closedPage(language, text),
  };
}
