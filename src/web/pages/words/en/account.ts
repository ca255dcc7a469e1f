/** The page /account, and the link that proves a new e-mail address. */
import type { AccountEventName, ReasonOf } from '../../../../domain/events/security-events.ts';

/** One sentence for an event, or one for each of its reasons: none can be left out. */
type Sentences = { readonly [Name in AccountEventName]: string | Readonly<Record<ReasonOf<Name>, string>> };

export const account = {
  account: {
    heading: 'Your account',
    signedInAs: 'Signed in as',
    signOut: 'Sign out',
    saved: 'Done.',
    /** Beside what was typed before the password was entered again. */
    notSaved: 'Not saved yet. Press the button again.',
    proof: {
      fresh: (minutes: string) =>
        `Changes are possible for ${minutes} minutes after you signed in. Later you sign in again first.`,
      stale: 'Before a change you sign in again.',
    },
    prove: 'Sign in again to go on',
    profile: {
      heading: 'Profile',
      name: 'Full name',
      changeName: 'Save the name',
      email: 'E-mail address',
      confirmed: 'confirmed',
      unconfirmed: 'not confirmed',
      newEmail: 'New e-mail address',
      advice: 'We mail a link there. The address you have now stays yours until you press the button behind that link.',
      changeEmail: 'Change the e-mail address',
      pending: (address: string) =>
        `We wait for ${address} to be confirmed. The link in the mail is good for 24 hours; until then nothing changes but that your address counts as not confirmed.`,
      cancel: 'Keep the address I have',
      byAdministrator:
        'This service sends no mails. Ask the people who manage your account to change the e-mail address.',
    },
    password: {
      label: 'New password',
      heading: 'Password',
      explanation:
        'A new password ends all your sessions, here and on every other device: you sign in again everywhere.',
      submit: 'Change the password',
    },
    contents: 'On this page',
    more: (count: string) => `There are ${count} more, which are not shown.`,
    sessions: {
      heading: 'Sessions',
      explanation:
        'Where you are signed in. Ending a session signs that device out at once, and ends what every app got there: also apps that may keep their access while you are away. What you allowed an app stays remembered.',
      devices: {
        both: (browser: string, system: string) => `${browser} on ${system}`,
        system: (system: string) => `A browser or app on ${system}`,
        unknown: 'Unknown device',
      },
      thisOne: 'This session',
      firstSeen: 'First seen',
      lastSeen: 'Last seen',
      end: 'End this session',
      endOthers: 'End all other sessions',
      noOthers: 'You are signed in nowhere else.',
      ended: 'The session has ended.',
      othersEnded: 'All other sessions have ended.',
    },
    apps: {
      heading: 'Connected apps',
      explanation:
        'What these apps may do with your account. Revoking ends all access of an app, on every device, and the app has to ask you again. It does not delete what the app has stored already.',
      none: 'No app has access to your account.',
      since: 'Since',
      lastUsed: 'Last used',
      isIdle:
        'It has no access at this moment. You allowed it before, so it gets it again when you sign in to it, without asking.',
      firstParty: 'Your organisation gave this app its access. Revoked, it gets it again when you next sign in to it.',
      unregistered: 'This app is not registered here any more.',
      permissions: 'What it may do',
      open: 'Open',
      revoke: 'Revoke access',
      revoked:
        'The app has no access to your account any more. An API may still accept a token that the app already had, for up to 10 minutes.',
    },
    activity: {
      heading: 'Activity',
      explanation:
        'What happened to your account, in the last 90 days at most. If something here was not you, change your password.',
      none: 'Nothing is recorded yet.',
      all: 'Show everything that is kept',
      app: (name: string) => `with ${name}`,
      from: (address: string) => `from ${address}`,
      events: {
        'sign_in.succeeded': {
          mailed_code: 'You signed in with a code that was mailed to you.',
          passkey: 'You signed in with a passkey.',
          password: 'You signed in with your password.',
          registration: 'You signed in by registering.',
          second_factor: 'You confirmed a sign-in with a second factor.',
        },
        'sign_in.failed': {
          account_disabled: 'Somebody tried to sign in while your account was disabled.',
          account_expired: 'Somebody tried to sign in after your account had expired.',
          awaits_approval: 'Somebody tried to sign in before an administrator let your account in.',
          busy: 'A sign-in could not be checked: too many people were signing in.',
          passkey_cloned:
            'A sign-in failed: somebody may have a copy of your passkey. Remove that passkey, and add a new one.',
          passkey_doubtful: 'A sign-in failed: the passkey was added when it may not have been you.',
          passkey_reused: 'A sign-in failed: what your passkey had signed was sent a second time.',
          passkey_unknown: 'A sign-in failed: the passkey was none of your account.',
          passkey_unverified: 'A sign-in failed: the passkey was used without a PIN, a fingerprint or the like.',
          unknown_account: 'A sign-in failed: the account was not found.',
          wrong_code: 'A sign-in failed: the additional code was wrong, or had been used.',
          wrong_passkey: 'A sign-in failed: somebody pretended to have your passkey.',
          wrong_password: 'A sign-in failed: the password was wrong.',
          wrong_mailed_code: 'A sign-in failed: the mailed code was wrong, or no longer good.',
          wrong_recovery_code: 'A sign-in failed: the recovery code was wrong, or had been used.',
        },
        'sign_in.refused': 'You signed in, and the app expected another account: it got nothing.',
        'sign_in.throttled': 'A sign-in was stopped: there had been too many attempts.',
        'registration.begun': 'Somebody tried to register with your e-mail address.',
        'registration.failed': 'A registration with your e-mail address failed.',
        'consent.given': 'You allowed an app to use your account.',
        'consent.denied': {
          user: 'You denied an app what it asked for.',
          terms: 'You did not accept the terms of service.',
          cancelled: 'You cancelled a sign-in.',
        },
        'terms.accepted': 'You accepted the terms of service.',
        'consent.withdrawn': {
          administrator: 'What you had allowed an app was withdrawn by the people who manage your account.',
          user: 'You withdrew what you had allowed an app.',
        },
        'code.replayed': 'A sign-in code was used a second time, which can be an attack: what came from it ended.',
        'refresh.replayed': 'An app’s key to your account was used a second time, which can be an attack: it ended.',
        'refresh.answered_again': 'An app repeated a request, and got the same answer again.',
        'grant.replayed': 'A device’s code was used a second time, which can be an attack: what came from it ended.',
        'grant.revoked': {
          administrator: 'An app’s access was ended by the people who manage your account.',
          replay: 'An app’s access ended, because something of it was used a second time.',
          signed_out: 'An app’s access ended, because you signed out.',
          token_revoked: 'An app gave its access back.',
          user: 'You revoked an app’s access.',
        },
        'session.ended': {
          signed_out: 'You signed out.',
          other_account: 'You were signed out, because another account signed in in that browser.',
          user: 'You ended a session on another device.',
          all_others: 'You ended all other sessions.',
        },
        'account.created': {
          administrator: 'Your account was made by the people who manage it.',
          invitation: 'You accepted an invitation, and your account was made.',
          registration: 'You registered.',
        },
        'account.approved': 'An administrator let your account in.',
        'account.updated': {
          administrator: 'Your profile was changed by the people who manage your account.',
          user: 'You changed your profile.',
          not_me:
            'Your account got back the e-mail address that it had before: a notice was answered with “This was not me”.',
        },
        'account.password_set': {
          administrator: 'Your password was set by the people who manage your account.',
          user: 'You changed your password.',
          reset: 'You chose a new password by a mailed link.',
        },
        'account.disabled': 'Your account was disabled.',
        'account.enabled': 'Your account was enabled again.',
        'account.role_granted': 'Your account got a role here.',
        'account.role_revoked': 'A role of your account here was taken back.',
        'account.sessions_ended': {
          administrator: 'All your sessions were ended by the people who manage your account.',
          user: 'All your sessions ended with your old password.',
          reset: 'All your sessions ended, because a new password was chosen by a mailed link.',
          not_me: 'All your sessions and your password ended, because a notice was answered with “This was not me”.',
        },
        'account.factor_added': {
          authenticator_app: 'You added an authenticator app.',
          passkey: 'You added a passkey.',
        },
        'account.factor_removed': {
          authenticator_app: 'You removed an authenticator app.',
          passkey: 'You removed a passkey.',
        },
        'account.recovery_codes_made': {
          first_factor: 'You got recovery codes with the first factor that you added.',
          user: 'You made new recovery codes.',
        },
        'account.proof_given': 'You used a recovery code to change your second factors.',
        'account.proof_failed': {
          wrong_recovery_code: 'A recovery code was entered on this page that was wrong, or had been used.',
          too_many_attempts: 'A recovery code was not checked on this page: there had been too many attempts.',
        },
        'account.devices_forgotten': {
          one: 'You had a device forgotten that needed no second factor.',
          all: 'You had all devices forgotten that needed no second factor.',
        },
        'account.factors_reset': 'Your second factors were removed by the people who manage your account.',
      } satisfies Sentences,
    },
    closing: {
      heading: 'Close the account',
      explanation: 'Your account is deleted at once, with all that is kept about you here. Nobody can bring it back.',
      understood: 'I understand that my account is deleted for good.',
      submit: 'Close my account',
    },
    messages: {
      password_changed: {
        heading: 'Your password was changed',
        explanation:
          'All your sessions have ended, here too. Sign in again with the new password wherever you use this account.',
        button: 'Sign in',
      },
      closed: {
        heading: 'Your account is closed',
        explanation:
          'It was deleted, with all that was kept about you here. Apps that you used may have data of their own.',
        button: 'To the start page',
      },
      address_changed: {
        heading: 'Your new e-mail address is confirmed',
        explanation: 'From now on you sign in with it, and mails go there.',
        button: 'To your account',
      },
      address_taken: {
        heading: 'This e-mail address belongs to another account',
        explanation:
          'So your account keeps the address that it has. If the other account is yours too, sign in with it.',
        button: 'To your account',
      },
      signed_out: {
        heading: 'You are not signed in here any more',
        explanation: 'Nothing was done just now. Sign in to see how your account stands, and begin again.',
        button: 'Sign in',
      },
      session_unknown: {
        heading: 'There is no such session',
        explanation: 'It is none of your sessions, or it is not kept any more. Nothing was ended just now.',
        button: 'To your sessions',
      },
      app_unknown: {
        heading: 'This app has no access to your account',
        explanation: 'Its access was revoked before, or it never had any. Nothing was ended just now.',
        button: 'To your apps',
      },
      factor_unknown: {
        heading: 'There is no such second factor',
        explanation: 'It was removed before, or it is none of yours. Nothing was changed just now.',
        button: 'To your second factors',
      },
      factor_required: {
        heading: 'The last second factor stays',
        explanation:
          'Your account must have a second factor: the people who run this service have decided so. To replace this one, add another first.',
        button: 'To your second factors',
      },
      factors_full: {
        heading: 'You have as many authenticator apps as you can have',
        explanation: 'Remove one that you no longer use, then add the new one.',
        button: 'To your second factors',
      },
      device_unknown: {
        heading: 'There is no such remembered device',
        explanation: 'It is none of yours, or it is not remembered any more. Nothing was changed just now.',
        button: 'To your second factors',
      },
      cancelled: {
        heading: 'You did not sign in',
        explanation: 'Nothing was changed.',
        button: 'To your account',
      },
    },
  },
  /** Where one tells its owner what has just happened. */
  mailNotice: 'A mail that says so is on its way to you.',
  newAddress: {
    heading: 'Is this your new e-mail address?',
    explanation: (address: string) => `Press the button to make ${address} the e-mail address of your account.`,
    confirm: 'Yes, use this address',
  },
};
