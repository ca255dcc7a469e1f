/** The step of a sign-in that asks for a second factor. */
import { passkeyProblems } from './passkeys.ts';

export const secondFactorWords = {
  secondFactor: {
    heading: 'Confirm that it is you',
    signingInAs: 'Signing in as',
    leads: {
      app: 'Open your authenticator app and enter the code that it shows for this account.',
      recovery_code: 'Enter one of the recovery codes that you kept. Each works once.',
      none: 'This account needs a second factor.',
      passkey: 'Confirm with your passkey.',
    },
    stepUp: (app: string) => `${app} asks for a second factor before it goes on.`,
    code: 'Six-digit code',
    recoveryCode: 'Recovery code',
    recoveryAdvice: 'Ten letters and digits. Upper and lower case, blanks and hyphens make no difference.',
    rememberDevice: (days: string) => `Do not ask again in this browser for ${days} days`,
    submit: 'Confirm',
    noWay:
      'Nothing that your account has can be used here. Take a browser that knows your passkey, or ask whoever runs this service.',
    useApp: 'Use my authenticator app',
    useRecoveryCode: 'Not at hand? Use a recovery code',
    problemHeading: 'Not confirmed yet',
    needsPasskey:
      'This needs a passkey that asks for your fingerprint, face or PIN, and your account has none. Add one on the page of your account first.',
    problems: {
      passkey_refused: passkeyProblems.passkey_refused,
      passkey_expired: passkeyProblems.passkey_expired,
      code_missing: 'Enter the code.',
      code_wrong:
        'This code is not right, or it was used already. Wait for the next one, and check the time of your device.',
      recovery_code_wrong: 'This recovery code is not right, or it was used already.',
      too_many_attempts: (wait: string) => `Too many attempts. Wait ${wait}, then try again.`,
    },
  },
};
