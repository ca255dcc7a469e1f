import type { MailText } from '../../../domain/mail/outbox.ts';

interface MailWords {
  readonly subject: (brand: string) => string;
  /** Why it came. */
  readonly why: (brand: string) => string;
  readonly todo: string;
  /** On its button; empty where it has none. */
  readonly action: string;
  /** What to do if it was not you. */
  readonly notYou: string;
}

const nothingHappens = 'If it was not you, do nothing: nothing happens by itself.';

/** Of notices: their links lead to one button. */
const notMe = {
  action: 'This was not me',
  notYou:
    'If it was not you, open the link and press the button on its page. Everybody is signed out everywhere, and you choose a new password.',
};

export const en = {
  until: (date: string) => `The link is good until ${date}, and for one use.`,
  byHand: 'If the button does not work, open this address in your browser:',
  codeLine: (code: string, brand: string) => `${code} is your code for ${brand}.`,
  codeUntil: (minutes: string) => `It is good for ${minutes} minutes, and for one use.`,
  forApp: (app: string) => `The app that you are signing in to is “${app}”.`,
  sender: (brand: string) => `${brand} sent this mail by itself. Nobody reads replies to it.`,
  /** What a notice tells, a line each. */
  facts: {
    at: (when: string) => `When: ${when}`,
    factor: (factor: string) => `What: ${factor}`,
    device: (device: string) => `Where: ${device}`,
    address: (address: string) => `From the network address ${address}`,
    factors: { authenticator_app: 'an authenticator app', passkey: 'a passkey' },
  },
  texts: {
    confirm_registration: {
      subject: (brand) => `Confirm your e-mail address for ${brand}`,
      why: (brand) => `Somebody, most likely you, is making an account at ${brand} with this e-mail address.`,
      todo: 'Open the link and press the button on its page. That is quickest in the browser in which you began.',
      action: 'Confirm the address',
      notYou: 'If it was not you, do nothing: without the button no account is made.',
    },
    already_registered: {
      subject: (brand) => `You already have an account at ${brand}`,
      why: (brand) =>
        `Somebody, most likely you, wanted to use this e-mail address for an account at ${brand}. It belongs to one already.`,
      todo: 'Sign in with this address. If you have forgotten your password, the sign-in page helps you to a new one.',
      action: 'Sign in',
      notYou: `${nothingHappens} Your account is unchanged.`,
    },
    awaiting_approval: {
      subject: (brand) => `Your account at ${brand} waits for approval`,
      why: (brand) => `You made an account at ${brand}, and confirmed this e-mail address.`,
      todo: 'The people who run it now look at your request. You need not do anything: you get a mail when they have decided.',
      action: '',
      notYou: nothingHappens,
    },
    approved: {
      subject: (brand) => `Your account at ${brand} is ready`,
      why: (brand) => `You asked for an account at ${brand}. The people who run it have approved it.`,
      todo: 'You can sign in now, with this e-mail address and the password that you chose.',
      action: 'Sign in',
      notYou: nothingHappens,
    },
    rejected: {
      subject: (brand) => `Your request for an account at ${brand}`,
      why: (brand) => `You asked for an account at ${brand}. The people who run it have decided not to approve it.`,
      todo: 'You cannot sign in there with this address. If you think that this is a mistake, ask the people who run it.',
      action: '',
      notYou: nothingHappens,
    },
    invitation: {
      subject: (brand) => `You are invited to ${brand}`,
      why: (brand) => `The people who run ${brand} invite you to make an account with this e-mail address.`,
      todo: 'Open the link and choose a password there.',
      action: 'Accept the invitation',
      notYou: 'If you do not want an account, or do not know them, do nothing: without you no account is made.',
    },
    reset_password: {
      subject: (brand) => `Choose a new password for ${brand}`,
      why: (brand) =>
        `Somebody, most likely you, asked for a new password for the account of this address at ${brand}.`,
      todo: 'Open the link and choose a new password there. You are then signed out wherever you are signed in.',
      action: 'Choose a new password',
      notYou: `${nothingHappens} Your password stays as it is.`,
    },
    password_changed: {
      subject: (brand) => `Your password at ${brand} was changed`,
      why: (brand) => `The password of your account at ${brand} was changed just now.`,
      todo: 'If it was you, there is nothing to do.',
      action: notMe.action,
      notYou: notMe.notYou,
    },
    confirm_new_email: {
      subject: (brand) => `Confirm your new e-mail address for ${brand}`,
      why: (brand) => `Somebody, most likely you, wants to use this e-mail address for an account at ${brand}.`,
      todo: 'Open the link and press the button on its page. Until then the account keeps its old address.',
      action: 'Confirm the new address',
      notYou: 'If it was not you, do nothing: without the button this address is not used.',
    },
    email_change_begun: {
      subject: (brand) => `Another e-mail address for your account at ${brand}`,
      why: (brand) =>
        `Somebody who is signed in to your account at ${brand}, most likely you, entered another e-mail address for it. It counts once it is confirmed.`,
      todo: 'If it was you, look for the mail at the new address.',
      action: notMe.action,
      notYou: notMe.notYou,
    },
    email_changed: {
      subject: (brand) => `The e-mail address of your account at ${brand} was changed`,
      why: (brand) => `Your account at ${brand} has another e-mail address now. This is the last mail to the old one.`,
      todo: 'If it was you, there is nothing to do. From now on, sign in with the new address.',
      action: notMe.action,
      notYou:
        'If it was not you, open the link and press the button on its page. Everybody is signed out everywhere, your account gets this address back, and you choose a new password.',
    },
    new_device: {
      subject: (brand) => `A new sign-in to your account at ${brand}`,
      why: (brand) =>
        `Somebody, most likely you, has signed in to your account at ${brand} in a browser that it does not know, or no longer knows.`,
      todo: 'If it was you, there is nothing to do.',
      action: notMe.action,
      notYou: notMe.notYou,
    },
    failed_sign_ins: {
      subject: (brand) => `Failed sign-ins to your account at ${brand}`,
      why: (brand) =>
        `Somebody has tried again and again to sign in to your account at ${brand}, and failed. Nobody got in that way.`,
      todo: 'If you mistyped your password, there is nothing to do. You need not do anything either if your password is used nowhere else: whoever guesses is slowed down.',
      action: notMe.action,
      notYou:
        'If you think that somebody may know your password, open the link and press the button on its page. Everybody is signed out everywhere, and you choose a new password.',
    },
    factor_added: {
      subject: (brand) => `A second factor was added to your account at ${brand}`,
      why: (brand) => `A second factor was added to your account at ${brand}: an authenticator app or a passkey.`,
      todo: 'If it was you, there is nothing to do.',
      action: notMe.action,
      notYou: notMe.notYou,
    },
    factor_removed: {
      subject: (brand) => `A second factor was removed from your account at ${brand}`,
      why: (brand) => `A second factor was removed from your account at ${brand}: an authenticator app or a passkey.`,
      todo: 'If it was you, there is nothing to do.',
      action: notMe.action,
      notYou: notMe.notYou,
    },
    recovery_codes_renewed: {
      subject: (brand) => `New recovery codes for your account at ${brand}`,
      why: (brand) => `New recovery codes were made for your account at ${brand}. The ones before no longer work.`,
      todo: 'If it was you, keep the new ones in a safe place, and throw the old ones away.',
      action: notMe.action,
      notYou: notMe.notYou,
    },
    factors_reset: {
      subject: (brand) => `The second factors of your account at ${brand} were removed`,
      why: (brand) =>
        `The people who run ${brand} have removed the second factors of your account: authenticator app, passkeys and recovery codes. You were signed out everywhere.`,
      todo: 'If you asked for this, sign in with your password, and set up a new factor at your account.',
      action: notMe.action,
      notYou:
        'If you did not ask for this, open the link and press the button on its page: you choose a new password. Then ask the people who run the service why it was done.',
    },
    account_deleted: {
      subject: (brand) => `Your account at ${brand} was deleted`,
      why: (brand) => `Your account at ${brand} was deleted just now, with everything that was stored about you there.`,
      todo: 'There is nothing to do. You can make a new account with this address at any time.',
      action: '',
      notYou: 'If you did not want this, tell the people who run the service.',
    },
    sign_in_code: {
      subject: (brand) => `Your code instead of a password for ${brand}`,
      why: (brand) =>
        `Somebody, most likely you, wants to sign in to ${brand} with this e-mail address and without the password.`,
      todo: 'Type the code into the page where you asked for it. Never pass it on: nobody who helps you needs it.',
      action: '',
      notYou: 'If it was not you, do nothing: without the code nobody gets in.',
    },
    second_factor_code: {
      subject: (brand) => `Your code for signing in to ${brand}`,
      why: (brand) =>
        `Somebody, most likely you, is signing in to ${brand}, and has typed the password of your account.`,
      todo: 'Type the code into the page that asks for it. Never pass it on: nobody who helps you needs it.',
      action: '',
      notYou:
        'If it was not you, somebody else knows your password: choose a new one at once, and tell the people who run the service.',
    },
  } satisfies Readonly<Record<MailText, MailWords>> as Readonly<Record<MailText, MailWords>>,
  /** The pages that show them in development. */
  development: {
    heading: 'Mails of development',
    explanation: (most: string) =>
      `What would have been mailed is written to files. These are the newest, at most ${most}.`,
    none: 'There are none yet.',
    from: 'From',
    to: 'To',
    sentAt: 'Sent',
    unreadable: 'This file cannot be read as a mail',
    source: 'Source of its HTML',
    all: 'All mails',
  },
};

export type MailDictionary = typeof en;
