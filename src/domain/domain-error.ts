/** Errors that are expected. */
import type { UriProblemCode } from './clients/metadata/uris.ts';
import { MAX_PASSWORD_CHARACTERS, MIN_PASSWORD_CHARACTERS } from './passwords/length.ts';

/** The closed list, each with its sentence in English. */
const sentences = {
  login_failed: 'The username or the password is wrong.',
  code_gone: 'This code is too old, was used, or was typed wrong too often.',
  code_not_sent: 'The code could not be sent.',
  code_wrong: 'This code is wrong, or was used before.',
  factor_known: 'This authenticator app was added before.',
  factor_required: 'The account must have a second factor, and this is its last one.',
  factor_unknown: 'The account has no such second factor.',
  proof_too_weak: 'What proved who this is was weaker than what would be changed.',
  passkey_refused: 'This passkey opens no account here.',
  passkey_unverified: 'This passkey was used without a PIN, a fingerprint or the like.',
  passkey_expired: 'What the passkey had to sign was asked for too long ago, or was signed before.',
  passkey_invalid: 'This is no passkey that can be added.',
  passkey_known: 'The account has this passkey already.',
  too_many_factors: 'The account has as many second factors of this kind as it can have.',
  too_many_attempts: 'Too many attempts. Wait a little and try again.',
  hashing_busy: 'Too many people are signing in at this moment. Try again in a few seconds.',
  account_unknown: 'There is no such account.',
  signed_out: 'What proved who this is has ended.',
  awaits_approval: 'An administrator has not let this account in yet.',
  account_not_waiting: 'This account does not wait for approval.',
  invitation_unknown: 'There is no such invitation that could still be accepted.',
  invitations_off: 'Nobody can be invited while ACCOUNT_REGISTRATION is off.',
  group_invalid: 'This is not the name of a group.',
  account_ambiguous:
    'This is the id of one account and the username or e-mail address of another: name the account another way.',
  email_invalid: 'This is not an e-mail address.',
  email_taken: 'Another account has this e-mail address.',
  email_unchanged: 'The account has this e-mail address already.',
  email_changed_often: 'The account has asked for new e-mail addresses too often.',
  domain_not_allowed: 'Addresses of this domain are not taken here.',
  username_invalid:
    'A username has 1 to 64 letters, digits, dots, hyphens or underscores and starts with a letter or digit.',
  username_taken: 'Another account has this username.',
  sub_taken: 'Another account has this id.',
  role_unknown: 'There is no such role.',
  name_too_long: 'This name is too long.',
  name_invalid:
    'A name holds something that can be seen, and no line break, other control character or change of direction.',
  reason_invalid: 'A reason is one line of 1 to 150 characters.',
  claims_invalid: 'These claims cannot be kept for an account.',
  password_too_short: `A password has at least ${MIN_PASSWORD_CHARACTERS} characters.`,
  password_too_long: `A password has at most ${MAX_PASSWORD_CHARACTERS} characters.`,
  password_too_common:
    'Many people use this password or one much like it, so it is among the first that anyone would try.',
  password_like_login:
    'The password is too much like the name, the e-mail address or the username, or like the name of this service.',
  client_unknown: 'There is no such client.',
  client_id_taken: 'Another client has this client_id.',
  client_not_ownable: 'This client was not made by somebody who works here, and can belong to nobody.',
  client_metadata_invalid: 'This client metadata cannot be registered.',
  metadata_policy_invalid: 'This policy cannot be kept with an initial access token.',
  initial_access_token_unknown: 'There is no such initial access token that could still be used.',
  client_without_secret: 'This client authenticates without a secret.',
  secret_rotated: 'This client has got another secret since.',
  too_many_clients: 'This account has as many clients as it can have.',
  registration_token_invalid: 'This token does not allow it.',
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

/** What can be wrong with a member beside its URIs, where pages say it in words of their own. */
export type MemberProblemCode =
  | 'name_missing'
  | 'name_invisible'
  | 'redirect_uri_missing'
  | 'no_code_flow'
  | 'keys_malformed'
  | 'keys_private';

/** What is wrong with one member of what was given. */
export interface MemberProblem {
  readonly member: string;
  /** A sentence without its full stop. */
  readonly text: string;
  /** Where pages say it in words of their own. */
  readonly code?: UriProblemCode | MemberProblemCode;
  /** Which of several it is, as it can be shown. */
  readonly uri?: string;
}

export interface DomainErrorDetails {
  /** The reason in this case, instead of the code's own sentence. Never a secret or an address. */
  readonly reason?: string;
  readonly retryAfterSeconds?: number;
  /** The reason, member by member. */
  readonly problems?: readonly MemberProblem[];
}

export class DomainError extends Error {
  override readonly name = 'DomainError';
  readonly code: DomainErrorCode;
  readonly retryAfterSeconds: number | undefined;
  readonly problems: readonly MemberProblem[];

  constructor(code: DomainErrorCode, { reason, retryAfterSeconds, problems = [] }: DomainErrorDetails = {}) {
    super(reason ?? sentences[code]);
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
    this.problems = problems;
  }
}

/** The code of the error that it throws; undefined where it throws none. */
export function codeOf(act: () => unknown): DomainErrorCode | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
}
