/** An expected "no": one closed list of codes, each with the sentence that says it in English. */
const sentences = {
  login_failed: 'The login name or the password is wrong.',
  too_many_attempts: 'Too many attempts. Wait a little and try again.',
  hashing_busy: 'Too many people are signing in at this moment. Try again in a few seconds.',
  account_unknown: 'There is no such account.',
  email_invalid: 'This is not an e-mail address.',
  email_taken: 'Another account has this e-mail address.',
  username_invalid:
    'A login name has 1 to 64 letters, digits, dots, hyphens or underscores and starts with a letter or digit.',
  username_taken: 'Another account has this login name.',
  claims_invalid: 'These claims cannot be kept for an account.',
  password_too_short: 'A password has at least 8 characters.',
  password_too_long: 'A password has at most 1024 characters.',
  password_too_common: 'This password is among the first that anyone would try.',
  password_like_login: 'The password must differ from the e-mail address and the login name.',
  client_unknown: 'There is no such client.',
  client_id_taken: 'Another client has this client_id.',
  client_metadata_invalid: 'This client metadata cannot be registered.',
  client_without_secret: 'This client authenticates without a secret.',
  resource_unknown: 'There is no such resource.',
  resource_taken: 'There is a resource with this identifier already.',
  resource_invalid: 'This resource cannot be declared.',
  storage_empty: 'There is no installation in the database that is to be copied.',
  storage_not_empty: 'The target holds something already: a copy goes into an empty database.',
  storage_copy_unfinished:
    'The database holds a copy that was interrupted. Go on with it (storage copy --resume), or empty the database.',
  storage_nothing_to_resume: 'The target holds no copy that was interrupted.',
  storage_changing: 'The source is written to while it is copied. Stop its providers, then go on with --resume.',
  storage_faulty: 'The database holds what it should not, see the findings.',
} as const;

export type RefusalCode = keyof typeof sentences;

export interface RefusalDetails {
  /** Why in this very case; takes the place of the code's own sentence. Never a secret or an address. */
  readonly reason?: string;
  /** After how long it is worth trying again. */
  readonly retryAfterSeconds?: number;
}

export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: RefusalCode;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: RefusalCode, { reason, retryAfterSeconds }: RefusalDetails = {}) {
    super(reason ?? sentences[code]);
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
