/** What somebody may register with. */
import { canonicalIdentifier } from '../../storage/records/canonical-identifier.ts';
import { readEmailAddress } from '../accounts/identifiers.ts';
import { checkPassword } from '../accounts/password-policy.ts';
import { DomainError, type DomainErrorCode } from '../domain-error.ts';
import { hasVisibleCharacter } from '../visible-text.ts';

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
  readonly email?: 'missing' | 'email_invalid' | 'domain_not_allowed';
  readonly name?: 'name_invalid' | 'name_too_long';
  readonly password?: DomainErrorCode;
}

const MAX_NAME_CHARACTERS = 100;
/** UTF-16 units, decomposed and with blanks: of a longer one Unicode's forms are not even made. */
const MAX_TYPED_NAME = 400;

/** Controls, what turns the text around it, halves of characters, and what broken bytes become. */
const UNFIT = /[\p{Cc}\p{Cs}\p{Bidi_Control}\ufffd]/u;

/** On one line; undefined where nothing was typed. */
function readOptionalName(typed: string): { readonly name?: string; readonly problem?: RegistrantProblems['name'] } {
  if (typed.length > MAX_TYPED_NAME) return { problem: 'name_too_long' };
  const name = typed.normalize('NFC').replace(/\s+/g, ' ').trim();
  if (name === '') return {};
  if ([...name].length > MAX_NAME_CHARACTERS) return { problem: 'name_too_long' };
  return UNFIT.test(name) || !hasVisibleCharacter(name) ? { problem: 'name_invalid' } : { name };
}

/** `domains` as `asciiDomain` writes them; those below one of them are others. Every domain when there is none. */
export function isAllowedDomain(email: string, domains: readonly string[]): boolean {
  const canonical = canonicalIdentifier(email);
  return domains.length === 0 || domains.includes(canonical.slice(canonical.lastIndexOf('@') + 1));
}

function readAddress(
  typed: string,
  domains: readonly string[],
): { readonly email?: string; readonly problem?: RegistrantProblems['email'] } {
  if (typed.trim() === '') return { problem: 'missing' };
  try {
    const email = readEmailAddress(typed);
    return isAllowedDomain(email, domains) ? { email } : { problem: 'domain_not_allowed' };
  } catch (error) {
    if (error instanceof DomainError && error.code === 'email_invalid') return { problem: 'email_invalid' };
    throw error;
  }
}

/** Undefined for a password that can be used. */
function passwordProblem(
  password: string,
  {
    email,
    name,
    brandName,
  }: { readonly email: string | undefined; readonly name: string | undefined; readonly brandName: string },
): DomainErrorCode | undefined {
  try {
    checkPassword(password, { email, name, brandName });
    return undefined;
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
}

/** Every problem at once, so that the form is corrected once. */
export function readRegistrant(
  typed: Typed,
  { domains, brandName }: { readonly domains: readonly string[]; readonly brandName: string },
): { readonly registrant: Registrant } | { readonly problems: RegistrantProblems } {
  const { email, problem: emailProblem } = readAddress(typed.email, domains);
  const { name, problem: nameProblem } = readOptionalName(typed.name);
  const problem = passwordProblem(typed.password, { email, name, brandName });
  if (email === undefined || nameProblem !== undefined || problem !== undefined) {
    return {
      problems: {
        ...(emailProblem !== undefined && { email: emailProblem }),
        ...(nameProblem !== undefined && { name: nameProblem }),
        ...(problem !== undefined && { password: problem }),
      },
    };
  }
  return { registrant: { email, name, password: typed.password } };
}
