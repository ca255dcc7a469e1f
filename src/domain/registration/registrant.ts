/** What somebody may register with. */
import { canonicalIdentifier } from '../../storage/records/canonical-identifier.ts';
import { readEmailAddress, readOptionalName } from '../accounts/identifiers.ts';
import { codeOf, type DomainErrorCode } from '../domain-error.ts';
import { checkPassword } from '../passwords/password-policy.ts';

interface Typed {
  readonly email: string;
  readonly name: string;
  readonly password: string;
}

export interface Registrant {
  readonly email: string;
  /** Undefined where none was typed. */
  readonly name: string | undefined;
  readonly password: string;
}

export interface RegistrantProblems {
  readonly email?: 'email_missing' | 'domain_not_allowed' | DomainErrorCode | undefined;
  readonly name?: DomainErrorCode | undefined;
  readonly password?: DomainErrorCode | undefined;
}

/** `domains` as `asciiDomain` writes them; those below one of them are others. Every domain when there is none. */
export function isAllowedDomain(email: string, domains: readonly string[]): boolean {
  const canonical = canonicalIdentifier(email);
  return domains.length === 0 || domains.includes(canonical.slice(canonical.lastIndexOf('@') + 1));
}

function addressProblem(typed: string, domains: readonly string[]): RegistrantProblems['email'] {
  if (typed.trim() === '') return 'email_missing';
  const code = codeOf(() => readEmailAddress(typed));
  if (code !== undefined) return code;
  return isAllowedDomain(readEmailAddress(typed), domains) ? undefined : 'domain_not_allowed';
}

/** Every problem at once, so that the form is corrected once. */
export function readRegistrant(
  { email, name, password }: Typed,
  { domains, brandName }: { readonly domains: readonly string[]; readonly brandName: string },
): { readonly registrant: Registrant } | { readonly problems: RegistrantProblems } {
  const nameProblem = codeOf(() => readOptionalName(name));
  const emailProblem = addressProblem(email, domains);
  const owner = { ...(emailProblem === undefined && { email }), ...(nameProblem === undefined && { name }), brandName };
  const problems: RegistrantProblems = {
    email: emailProblem,
    name: nameProblem,
    password: codeOf(() => checkPassword(password, owner)),
  };
  if (Object.values(problems).some((problem) => problem !== undefined)) return { problems };
  return { registrant: { email: readEmailAddress(email), name: readOptionalName(name), password } };
}
