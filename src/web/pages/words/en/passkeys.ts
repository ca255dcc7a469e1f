/** What is said of passkeys: where one signs in with them, and at /account. */

/** Of the sign-in page. */
export const passkeyProblems = {
  passkey_refused:
    'This passkey opens no account here. It may have been removed from your account. Use another one, or sign in another way.',
  passkey_unverified:
    'The passkey was used without a PIN, a fingerprint or the like. That is not enough here: sign in another way, or use a passkey that asks for one.',
  passkey_expired: 'That took too long, or was sent twice. Press the button for the passkey again.',
};

export const passkeyWords = {
  passkeys: {
    signIn: 'Sign in with a passkey',
    use: 'Use a passkey',
    cancelled: 'No passkey was used. Press the button again, or go on another way.',
    failed: 'Your browser could not use a passkey here. Go on another way.',
  },
  newPasskey: {
    /** At /account. */
    start: 'Add a passkey',
    heading: 'Add a passkey',
    lead: 'With a passkey you sign in without a password: your device or a security key proves that it is you, once you have unlocked it by a fingerprint, your face or a PIN.',
    needsScript: 'For this your browser needs JavaScript, and has to know passkeys.',
    name: 'Name of the passkey',
    nameAdvice: 'You know it again by this name: take that of the device which keeps it.',
    defaultName: 'Passkey',
    submit: 'Add the passkey',
    back: 'Back to your account',
    cancelled: 'No passkey was made. Press the button again when you are ready.',
    failed: 'Your browser could not make a passkey here.',
    problemHeading: 'No passkey was added',
    problems: {
      passkey_expired: 'That took too long, or was sent twice. Press the button again.',
      passkey_invalid: 'What the browser sent cannot be used as a passkey here. Try again, or use another device.',
      passkey_known: 'Your account has a passkey on this device or security key already.',
      too_many_factors: 'Your account has as many passkeys as it can have. Remove one before you add another.',
    },
  },
};
