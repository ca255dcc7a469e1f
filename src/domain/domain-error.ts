/** The closed list of expected errors, each with its sentence in English. */
const sentences = {
  login_failed: 'The username or the password is wrong.',
  awaits_approval: 'An administrator has to let this account in.',
  too_many_attempts: 'Too many attempts. Wait a little and try again.',
  hashing_busy: 'Too many people are signing in at this moment. Try again in a few seconds.',
  account_unknown: 'There is no such account.',
  account_ambiguous:
    'This is the id of one account and the username or e-mail address of another: name the account another way.',
  email_invalid: 'This is not an e-mail address.',
  email_taken: 'Another account has this e-mail address.',
  username_invalid:
    'A username has 1 to 64 letters, digits, dots, hyphens or underscores and starts with a letter or digit.',
  username_taken: 'Another account has this username.',
  sub_taken: 'Another account has this id.',
  name_invalid: 'A name holds something that can be seen.',
  claims_invalid: 'These claims cannot be kept for an account.',
  password_too_short: 'A password has at least 8 characters.',
  password_too_long: 'A password has at most 1024 characters.',
  password_too_common: 'This password is among the first that anyone would try.',
  password_like_login: 'The password must differ from the e-mail address and the username.',
  client_unknown: 'There is no such client.',
  client_id_taken: 'Another client has this client_id.',
  client_metadata_invalid: 'This client metadata cannot be registered.',
  client_without_secret: 'This client authenticates without a secret.',
  grant_unknown: 'There is no such grant.',
  resource_unknown: 'There is no such resource.',
  resource_taken: 'There is a resource with this identifier already.',
  resource_invalid: 'This resource cannot be declared.',
  scope_unknown: 'There is no such scope.',
  scope_taken: 'There is a scope of this name already.',
  scope_invalid: 'This scope cannot be made.',
  storage_faulty: 'The database has faults: see the findings.',
} as const;

export type DomainErrorCode = keyof typeof sentences;

export interface DomainErrorDetails {
  /** The reason in this case, instead of the code's own sentence. Never a secret or an address. */
  readonly reason?: string;
  readonly retryAfterSeconds?: number;
}

export class DomainError extends Error {
  override readonly name = 'DomainError';
  readonly code: DomainErrorCode;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: DomainErrorCode, { reason, retryAfterSeconds }: DomainErrorDetails = {}) {
    super(reason ?? sentences[code]);
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
