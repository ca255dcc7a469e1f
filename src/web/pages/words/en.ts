/** What the consent page says in English. */
const consent = {
  heading: (app: string) => `Let ${app} use your account?`,
  unverified: (app: string, host: string) =>
    `Nobody here has checked this app. It calls itself “${app}” and sends you to ${host}. Go on only if you trust that address.`,
  signedInAs: 'Signed in as',
  notYou: 'Not you? Sign out',
  notYouHint: 'Not your account? Choose Refuse, sign out, and start again.',
  appCan: (app: string) => `${app} will be able to`,
  appCanIn: (api: string) => `In ${api} it will be able to`,
  scopes: {
    openid: { title: 'Recognise you', detail: 'By a fixed identifier of your account' },
    profile: {
      title: 'See your profile',
      detail: 'Name, user name, picture, web pages, gender, birthday, time zone and language, where you gave them',
    },
    email: { title: 'See your e-mail address', detail: 'And whether it is confirmed' },
    address: { title: 'See your postal address', detail: '' },
    phone: { title: 'See your phone number', detail: 'And whether it is confirmed' },
    offline_access: {
      title: 'Keep this access while you are away',
      detail: 'Also after you have signed out',
    },
  },
  claim: (name: string) => `See your ${name}`,
  claims: {
    name: 'full name',
    given_name: 'given name',
    family_name: 'family name',
    middle_name: 'middle name',
    nickname: 'nickname',
    preferred_username: 'user name',
    profile: 'profile page',
    picture: 'picture',
    website: 'website',
    email: 'e-mail address',
    email_verified: 'e-mail address’s state: confirmed or not',
    gender: 'gender',
    birthdate: 'birthday',
    zoneinfo: 'time zone',
    locale: 'language',
    phone_number: 'phone number',
    phone_number_verified: 'phone number’s state: confirmed or not',
    address: 'postal address',
    updated_at: 'profile’s last change',
  },
  otherClaim: (name: string) => `See what is stored as “${name}”`,
  wholeApi: 'Call it in your name',
  returnsTo: 'Either way you return to',
  onThisDevice: 'an app on this device',
  allow: 'Allow',
  refuse: 'Refuse',
  privacyPolicy: 'Privacy policy',
  termsOfService: 'Terms of service',
};

export const en = {
  opensNewTab: 'opens in a new tab',
  errorTitle: (heading: string) => `Error: ${heading}`,
  backTo: (app: string) => `Back to ${app}`,
  moment: 'a moment',
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
    login: 'E-mail or user name',
    password: 'Password',
    showPassword: 'Show password',
    hidePassword: 'Hide password',
    submit: 'Sign in',
    cancel: (app: string) => `Cancel and go back to ${app}`,
    hints: {
      sign_in_again: 'The app asks you to sign in again, to be sure that it is you.',
    },
    problemHeading: 'You are not signed in yet',
    problems: {
      wrong_credentials: 'The login or the password is not right. Check both and try again.',
      too_many_attempts: (wait: string) => `Too many attempts. Wait ${wait}, then try again.`,
      missing_login: 'Enter your e-mail address or user name.',
      missing_password: 'Enter your password.',
      session_changed: 'This page was open for too long, or in another tab. Enter your password once more.',
      busy: (wait: string) => `Too many people are signing in at this moment. Wait ${wait}, then try again.`,
    },
  },
  consent,
  expired: {
    heading: 'This sign-in page is no longer valid',
    explanation: 'It was used already, left open for too long, or opened without cookies. Nothing was changed.',
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
          'It is not registered here the way it asked to be. You did nothing wrong, and nothing was shared with it.',
      },
      request: {
        heading: 'The app’s request did not work',
        advice: 'Go back to the app and try again. If it happens again, tell the people who run it what you see here.',
      },
      refused: {
        heading: 'Access was refused',
        advice: 'Nothing was shared with the app.',
      },
      ours: {
        heading: 'Something went wrong on our side',
        advice: 'Try again in a moment. If it happens again, pass on what you see here.',
      },
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
  },
  signedOut: {
    heading: 'You are signed out',
    explanation: 'Your session here has ended. On a shared computer, close the browser too.',
    leftHeading: (app: string) => `You are signed out of ${app}`,
    leftExplanation: 'Your session here goes on, for other apps.',
  },
  notFound: {
    heading: 'There is no page here',
    explanation: 'Check the address, or go back to the app you came from.',
  },
  unavailable: {
    heading: 'We cannot answer right now',
    explanation: (wait: string) => `Wait ${wait}, then load this page again.`,
    nothingLost: 'Nothing you did before is lost.',
  },
};

export type Dictionary = typeof en;
