/** The file of `--claims`, as another provider or a person wrote it: all that is wrong with it at once, with the flag to use instead. */
import { type ClaimProblem, claimProblems, claimsInvalid, isReservedClaim } from '../../src/domain/accounts/claims.ts';
import type { NewAccount } from '../../src/domain/accounts/create.ts';
import { importProblems } from '../../src/domain/accounts/imported-fields.ts';
import { systemClock } from '../../src/ports/clock.ts';
import { readJsonObject } from './input.ts';

const flags: Readonly<Record<string, string>> = {
  email: '--email',
  email_verified: '--email-verified',
  name: '--name',
  preferred_username: '--username',
};

const flagsOfUpdate: Readonly<Record<string, string>> = {
  email: '--email',
  email_verified: '--email-verified or --no-email-verified',
  name: '--name or --no-name',
  preferred_username: '--username or --no-username',
};

const onlyOnce: Readonly<Record<string, string>> = {
  sub: 'is the id of the account and stays as it is: "account create" alone takes it over',
  updated_at: 'is the time of the latest change: "account create" alone takes it over',
};

const verbs: Readonly<Record<string, string>> = {
  roles: 'has a verb of its own: "account grant-role"',
};

type Names = Readonly<Record<string, string>>;

/** With the flag or verb in place of what the domain says of a claim that has one. */
function withFlags(problems: readonly ClaimProblem[], flagOf: Names): readonly ClaimProblem[] {
  return problems.map((found) => {
    const { claim } = found;
    const flag = Object.hasOwn(flagOf, claim) ? flagOf[claim] : undefined;
    if (flag !== undefined) return { ...found, problem: `has a flag of its own: ${flag}` };
    const verb = Object.hasOwn(verbs, claim) ? verbs[claim] : undefined;
    return verb === undefined ? found : { ...found, problem: verb };
  });
}

/** Of a new account. */
export async function readNewClaims(file: string): Promise<Pick<NewAccount, 'claims' | 'imported'>> {
  const { sub, updated_at, ...claims } = await readJsonObject(file);
  const imported = { ...(sub !== undefined && { sub }), ...(updated_at !== undefined && { updated_at }) };
  const problems = [...importProblems(imported, systemClock.now()), ...withFlags(claimProblems(claims), flags)];
  if (problems.length > 0) throw claimsInvalid(problems);
  return { claims, imported };
}

/** Of an account that is there: null removes a claim, also one that nobody could set today. */
export async function readChangedClaims(file: string): Promise<Readonly<Record<string, unknown>>> {
  const claims = await readJsonObject(file);
  const fixed = Object.keys(claims).flatMap((claim) => {
    const problem = Object.hasOwn(onlyOnce, claim) ? onlyOnce[claim] : undefined;
    return problem === undefined ? [] : [{ claim, problem }];
  });
  const isChecked = ([claim, value]: readonly [string, unknown]): boolean =>
    !Object.hasOwn(onlyOnce, claim) && (value !== null || Object.hasOwn(flagsOfUpdate, claim));
  const checked = Object.fromEntries(Object.entries(claims).filter(isChecked));
  const found = withFlags(claimProblems(checked), flagsOfUpdate).map(({ claim, problem }) =>
    isReservedClaim(claim) ? { claim, problem: `${problem}; null removes a stored one` } : { claim, problem },
  );
  const problems = [...fixed, ...found];
  if (problems.length > 0) throw claimsInvalid(problems);
  return claims;
}
