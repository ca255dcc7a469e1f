import { account } from './en/account.ts';
import { accountFactors } from './en/account-factors.ts';
import { consent } from './en/consent.ts';
import { developer } from './en/developer.ts';
import { developerRefusals } from './en/developer-refusals.ts';
import { formWords } from './en/forms.ts';
import { linkWords } from './en/links.ts';
import { mailedCodeWords } from './en/mailed-code.ts';
import { passkeyProblems, passkeyWords } from './en/passkeys.ts';
import { recoveryWords } from './en/recovery.ts';
import { registration } from './en/registration.ts';
import { secondFactorWords } from './en/second-factor.ts';
import { sentCodeWords } from './en/sent-code.ts';
import { uriProblems } from './en/uri-problems.ts';

export const en = {
  opensNewTab: 'opens in a new tab',
  errorTitle: (heading: string) => `Error: ${heading}`,
  /** To a page for developers, on every page that shows an error. */
  whatItMeans: 'For developers: what does this mean?',
  backTo: (app: string) => `Back to ${app}`,
  moment: 'a moment',
  toStart: 'To the start page',
  backByHand: 'Go back to the app you came from and start again there.',
  landing: {
    heading: (brand: string) => `${brand} is running`,
    explanation: 'This is an OpenID provider: apps send people here to sign in.',
    forPeople: 'Want to sign in? Open the app you wish to use. It brings you to the right page.',
    forDevelopers: 'For developers',
    issuer: 'Issuer',
    discovery: 'Discovery document',
  },
  login: {
    heading: (app: string) => `Sign in to ${app}`,
    username: 'E-mail or username',
    password: 'Password',
    passwordLimit: (limit: string) => `At most ${limit} characters`,
    showPassword: 'Show password',
    hidePassword: 'Hide password',
    remember: 'Stay signed in',
    rememberAdvice: 'Not on a computer that others use.',
    submit: 'Sign in',
    cancel: (app: string) => `Cancel and go back to ${app}`,
    choose: 'Choose another account',
    /** Before somebody signs in with another account. */
    switching: (account: string) =>
      `You are signed in as ${account}. If you sign in with another account, you are signed out of every app that uses this one in this browser.`,
    hints: {
      sign_in_again: 'The app asks you to sign in again, to be sure that it is you.',
      other_account: 'The app expects another account than the one you are signed in with.',
    },
    problemHeading: 'You are not signed in yet',
    problems: {
      ...passkeyProblems,
      wrong_credentials:
        'The sign-in details are not right. Check your e-mail or username and your password, then try again.',
      awaits_approval: 'An administrator has to let you in first. You get a mail when that is decided.',
      too_many_attempts: (wait: string) => `Too many attempts. Wait ${wait}, then try again.`,
      other_account:
        'The app expects another account than the one you just signed in with. Sign in with that account, or go back to the app.',
      expected_account: (account: string) =>
        `The app expects the account ${account}, not the one you just signed in with. Sign in with that account, or go back to the app.`,
      missing_login: 'Enter your e-mail address or username.',
      missing_password: 'Enter your password.',
      password_too_long: (limit: string) =>
        `A password has at most ${limit} characters. What you entered is longer and was not checked.`,
      busy: (wait: string) => `Too many people are signing in at this moment. Wait ${wait}, then try again.`,
    },
  },
  selectAccount: {
    heading: 'Choose an account',
    lead: (app: string) => `To continue to ${app}`,
    signedIn: 'Signed in',
    forget: 'Remove',
    /** Read out beside the button. */
    forgets: (account: string) => `${account} from this list`,
    otherAccount: 'Use another account',
    signOut: 'Sign out here',
    advice:
      'For accounts that are not signed in you enter the password. Removing one from the list deletes nothing else.',
  },
  registration,
  ...formWords,
  terms: {
    before: 'I accept the',
    link: 'terms of service',
    after: '',
  },
  termsStep: {
    heading: 'Terms of service',
    first: (app: string) => `Read and accept the terms to go on to ${app}.`,
    changed: (app: string) =>
      `The terms have changed since you accepted them. Read and accept the new ones to go on to ${app}.`,
    submit: 'Go on',
    cancel: (app: string) => `Cancel and go back to ${app}`,
  },
  ...linkWords,
  cookiesBlocked: {
    heading: 'Your browser keeps no cookies from this site',
    explanation: 'They are needed to tell your browser from others. Allow cookies for this site, then start again.',
    inSignIn: {
      heading: 'Your browser has no cookie of this sign-in',
      explanation:
        'Either it blocks cookies from this site, or you began in another browser or window. Allow cookies for this site, then start again. Nothing was changed.',
    },
    again: 'Start again',
  },
  mailSent: {
    explanation:
      'If this address can be used for it, a mail is on its way there. That may take some minutes; look in the spam folder too.',
    delay:
      'Our mail server cannot be reached at this moment. We keep trying: the mail comes by itself, and you need not ask again.',
    mails: 'Development: read the mails here',
  },
  ...passkeyWords,
  ...recoveryWords,
  ...mailedCodeWords,
  ...secondFactorWords,
  ...sentCodeWords,
  ...account,
  accountFactors,
  developer,
  developerRefusals,
  uriProblems,
  /** Pages of the operator. */
  footer: {
    support: 'Help',
    privacy: 'Privacy',
    imprint: 'Legal notice',
    terms: 'Terms of service',
  },
  consent,
  notAllowed: {
    heading: (app: string) => `You cannot use ${app} with this account`,
    explanation: 'This app is for certain groups of your organisation, and this account is in none of them.',
    advice: 'If you should be able to use it, ask the people who manage your account.',
    signedInAs: 'Signed in as',
    otherAccount: 'Use another account',
    goBack: (app: string) => `Back to ${app}`,
  },
  expired: {
    heading: 'This sign-in page is no longer valid',
    explanation: 'It was used already, left open for too long, or begun in another browser. Nothing was changed.',
  },
  error: {
    details: 'Details to pass on',
    code: 'Error',
    description: 'Description',
    reference: 'Reference',
    kinds: {
      unknown_app: {
        heading: 'This app cannot sign you in',
        advice:
          'It is not registered here the way it asked to be. You did nothing wrong, and nothing was shared with it. Open the app again, and if that does not help, show the people who run it this page.',
        developers:
          'For developers: compare the client_id, the redirect_uri and the grant type of the request with what “client show” prints. Addresses are compared letter by letter.',
      },
      document: {
        heading: 'This app cannot sign you in',
        advice:
          'It describes itself at an address of its own, and that description could not be used. You did nothing wrong, and nothing was shared with it. Wait a minute and open the app again, and if that does not help, show the people who run it this page.',
        developers:
          'For developers: the description below says what is wrong with the metadata document at the client_id. Correct it; it is fetched again after a minute.',
      },
      request: {
        heading: 'The app’s request did not work',
        advice: 'Go back to the app and try again. If it happens again, tell the people who run it what you see here.',
        developers: '',
      },
      denied: {
        heading: 'Access was denied',
        advice: 'Nothing was shared with the app.',
        developers: '',
      },
      ours: {
        heading: 'Something went wrong on our side',
        advice: 'Try again in a moment. If it happens again, pass on what you see here.',
        developers: '',
      },
    },
  },
  handOver: {
    byHand: 'If this page does not go on by itself, press the button.',
    submit: 'Continue',
    app: {
      heading: (app: string) => `Back to ${app}`,
      explanation: '',
    },
    signOut: {
      heading: 'Signing out',
      explanation: 'Nobody is signed in in this browser.',
    },
    otherAccount: {
      heading: 'You signed in with another account',
      explanation: 'The session of the previous account ends, for every app that uses it.',
    },
    nextStep: {
      heading: 'Next step',
      explanation: '',
    },
  },
  logout: {
    heading: 'Do you want to sign out?',
    askedBy: (app: string) =>
      `${app} asks to sign you out. You can end your whole session here, so that every app asks you to sign in again, or leave this app only.`,
    asked: 'Your session here ends, and every app that uses it will ask you to sign in again.',
    confirm: 'Sign out',
    leaveApp: (app: string) => `Leave ${app} only`,
    stay: 'Stay signed in',
    unnamedApp: 'The app that sent you here did not identify itself, so you do not return to it after signing out.',
    theApp: 'the app',
    signOutHere: 'Sign out anyway',
    problems: {
      address: {
        heading: 'The way back after signing out is not registered',
        advice: (app: string) =>
          `You are not signed out yet. Afterwards you should be sent to an address that is not registered for ${app}. You can sign out anyway, and stay here afterwards.`,
      },
      hint: {
        heading: 'The request to sign you out could not be checked',
        advice: (app: string) =>
          `You are not signed out yet. What ${app} sent as proof of your sign-in is not valid here. You can sign out anyway, and stay here afterwards.`,
      },
      app: {
        heading: 'The app that wants to sign you out is not known here',
        advice: (app: string) =>
          `You are not signed out yet. The identifier that ${app} gave is not registered here. You can sign out anyway, and stay here afterwards.`,
      },
      request: {
        heading: 'The request to sign you out did not work',
        advice: (app: string) =>
          `You are not signed out yet. There is a mistake in what ${app} asked for. You can sign out anyway, and stay here afterwards.`,
      },
    },
  },
  signedOut: {
    heading: 'You are signed out',
    explanation: 'Your session here has ended. On a shared computer, close the browser too.',
    leftHeading: (app: string) => `You are signed out of ${app}`,
    leftExplanation: 'Your session here goes on, for other apps.',
  },
  notFound: {
    heading: 'There is no page here',
    explanation: 'Check the address, or open the app that you want to use.',
  },
  errorDocs: {
    heading: 'Errors and what they mean',
    explanation:
      'For those who build apps and APIs: the error codes that this service answers with, and what to do about each.',
    unknownHeading: 'There is no such error code',
    unknownExplanation: 'The address names a code that is not explained here.',
    all: 'All error codes',
    sentWith: 'With the description',
    withoutDescription: 'Without a description',
    fix: 'What to do:',
    neverSent: 'Nothing that is offered here answers with it.',
    othersNeverSent: 'Codes of the standards that nothing offered here answers with',
    commands: 'Commands, for the people who run this service, begin with',
    standards: 'Where the standards say it',
  },
  unavailable: {
    heading: 'We cannot answer right now',
    explanation: (wait: string) => `Wait ${wait}, then load this page again.`,
    nothingLost: 'Nothing you did before is lost.',
  },
};

export type Dictionary = typeof en;
