/** What forms of several pages share: the field for a new password, and what is wrong with a field, by its code. */
export const formWords = {
  newPassword: {
    label: 'Password',
    advice: (least: string) =>
      `At least ${least} characters. A few words that only you would put together are strong, and easy to remember.`,
    strengths: {
      too_short: (least: string) => `Too short: it needs at least ${least} characters`,
      too_long: (most: string) => `Too long: it has at most ${most} characters`,
      own: 'Weak: it is much like your name or your address',
      weak: 'Weak: another word or two make it better',
      fair: 'Fair',
      strong: 'Strong',
    },
    sent: (strength: string) => `What you sent: ${strength}`,
    chosen: (strength: string) => `Your new password: ${strength}`,
  },
  problems: {
    email_missing: 'Enter your e-mail address.',
    email_invalid: 'This is not a complete e-mail address. Check it for typing errors.',
    email_unchanged: 'This is the e-mail address that you have already.',
    email_changed_often: 'You have asked for several new addresses within an hour. Try again later.',
    domain_not_allowed: 'Only addresses of certain organisations can be used here. Use the one that yours gave you.',
    name_invalid: 'This name cannot be kept. Use letters and other characters that can be seen, on one line.',
    name_too_long: (most: string) => `The name is too long: it has at most ${most} characters.`,
    password_too_short: (least: string) => `The password is too short: it needs at least ${least} characters.`,
    password_too_long: (most: string) => `The password is too long: it has at most ${most} characters.`,
    password_too_common:
      'Many people use this password or one much like it, so it is among the first that anyone would try.',
    password_like_login: 'The password is too much like your name, your e-mail address or the name of this service.',
    code_missing: 'Enter the code.',
    code_wrong: 'This code is wrong, or was used before. Wait for the next one, or use another.',
    terms_missing: 'Accept the terms to go on.',
    closing_missing: 'Tick the box if you really want to close your account.',
  },
};
