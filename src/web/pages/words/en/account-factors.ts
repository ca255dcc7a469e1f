/** Second factors on the page /account, and the pages on which they change. */
export const accountFactors = {
  factors: {
    heading: 'Second factors',
    explanation:
      'Something that you have besides your password: an app that shows codes, or a passkey. Whoever learns your password alone then does not get in.',
    none: 'You have no second factor yet.',
    kinds: {
      authenticator_app: 'Authenticator app',
      syncedPasskey: 'Passkey, kept on several of your devices',
      boundPasskey: 'Passkey, on one device',
    },
    since: 'Added',
    lastUsed: 'Last used',
    remove: 'Remove',
    addApp: 'Add an authenticator app',
    lastStays: 'Your account must have a second factor, so the last one stays. To replace it, add the other one first.',
    recoveryCodes: {
      heading: 'Recovery codes',
      left: {
        none: 'You have no recovery code left. Without one you cannot get in when you lose your second factor.',
        one: 'You have one recovery code left.',
        many: (count: string) => `You have ${count} recovery codes left.`,
      },
      renew: 'Make new recovery codes',
      advice: 'New codes end the ones that you have.',
    },
    devices: {
      heading: 'Remembered devices',
      explanation:
        'In these browsers your password is enough for up to 30 days. A new password, or a change of your second factors, ends that for all of them.',
      since: 'Remembered',
      until: 'Until',
      forget: 'Forget this device',
      forgetAll: 'Forget all devices',
    },
    changed: {
      added: 'The second factor was added.',
      removed: 'The second factor was removed.',
      device: 'The device is forgotten.',
      devices: 'All devices are forgotten.',
    },
  },
  newApp: {
    heading: 'Add an authenticator app',
    lead: 'An authenticator app shows a new code of six digits every 30 seconds. If you have none, install one on your phone first.',
    scan: {
      heading: '1. Give the app this key',
      explanation: 'Scan the picture with the app. It holds the same key as the text below.',
      picture: 'QR code with the key for an authenticator app',
      here: 'Is the app on this device? Open the key in it',
      secret: 'Or type the key into the app',
    },
    confirm: {
      heading: '2. Enter the code that it shows',
      explanation: 'Nothing is added until a code of the app was entered here.',
      name: 'Name of the app or device',
      nameAdvice: 'So that you recognise it later.',
      defaultName: 'Authenticator app',
      code: 'Code',
      submit: 'Add the app',
    },
    problemHeading: 'The app was not added yet',
    problems: {
      missing_code: 'Enter the code that the app shows.',
      code_wrong:
        'This code is not right. Wait for the next one and enter that. If it happens again, check that the time of your device is set automatically.',
    },
    back: 'Back to your account',
  },
  recoveryCodes: {
    heading: 'Your recovery codes',
    added: 'The second factor was added. These codes are for the day on which you lose it.',
    renewed: 'The codes that you had before no longer work.',
    explanation:
      'Each code is good once, in place of your second factor. Print them or write them down, and keep them where nobody else finds them. They are not shown again.',
    done: 'I have kept them: back to my account',
  },
  strongerProof: {
    heading: 'This takes a stronger proof',
    explanation: {
      authenticator_app:
        'Only your password was checked a moment ago. To change your second factors, sign in with one of them as well. Nothing was changed yet.',
      passkey:
        'This takes a sign-in with a passkey that asks for your fingerprint, face or PIN. Nothing was changed yet.',
    },
    signIn: { authenticator_app: 'Sign in with a second factor', passkey: 'Sign in with a passkey' },
    recovery: {
      heading: 'Use a recovery code instead',
      explanation: 'If you have lost your second factor: one of your codes is enough, and is used up by it.',
      code: 'Recovery code',
      submit: 'Use this code',
    },
    problemHeading: 'The recovery code was not taken',
    problems: {
      missing_code: 'Enter one of your recovery codes.',
      code_wrong: 'This recovery code is wrong, or was used before.',
    },
  },
};
