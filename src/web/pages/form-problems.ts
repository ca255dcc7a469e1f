/** What is wrong with a form: above it, where the view `layout/problems` lists it, and beside each field. */
import type { Context } from 'koa';
import { MAX_NAME_CHARACTERS } from '../../domain/accounts/identifiers.ts';
import { DomainError, type DomainErrorCode } from '../../domain/domain-error.ts';
import { MAX_PASSWORD_CHARACTERS, MIN_PASSWORD_CHARACTERS } from '../../domain/passwords/length.ts';
import { dictionaryOf, type Language, waitingTime } from './language.ts';
import { type Dictionary, en } from './words/en.ts';

/** In the order in which pages have them. */
const fields = ['email', 'name', 'password', 'code', 'terms', 'closing'] as const;

type Field = (typeof fields)[number];
type ProblemCode = keyof Dictionary['problems'];

/** What keeps a form from being handled at this moment. */
export interface Hindrance {
  readonly code: 'too_many_attempts' | 'busy';
  readonly retryAfterSeconds: number | undefined;
}

export type FormProblems = { readonly [field in Field]?: ProblemCode | DomainErrorCode | undefined } & {
  readonly hindrance?: Hindrance | undefined;
};

const limits: { readonly [code in ProblemCode]?: number } = {
  name_too_long: MAX_NAME_CHARACTERS,
  password_too_short: MIN_PASSWORD_CHARACTERS,
  password_too_long: MAX_PASSWORD_CHARACTERS,
};

/** False for an error that is not the doing of whoever filled in the form. */
export function isExplained(code: ProblemCode | DomainErrorCode): code is ProblemCode {
  return Object.hasOwn(en.problems, code);
}

export function isWrong(problems: FormProblems): boolean {
  return Object.values(problems).some((problem) => problem !== undefined);
}

function shownProblem(field: Field, code: ProblemCode | DomainErrorCode | undefined, language: Language) {
  if (code === undefined) return undefined;
  if (!isExplained(code)) throw new Error(`no page explains ${code}`);
  const message = dictionaryOf(language).problems[code];
  return { field, code, message: typeof message === 'string' ? message : message(String(limits[code])) };
}

/** Members of a page. */
export function shownProblems(language: Language, problems: FormProblems = {}) {
  const problemOf = Object.fromEntries(
    fields.map((field) => [field, shownProblem(field, problems[field], language)]),
  ) as { readonly [field in Field]: ReturnType<typeof shownProblem> };
  const { hindrance } = problems;
  return {
    isProblem: isWrong(problems),
    problems: fields.flatMap((field) => problemOf[field] ?? []),
    problemOf,
    hindrance: hindrance && {
      code: hindrance.code,
      message: dictionaryOf(language).login.problems[hindrance.code](
        waitingTime(language, hindrance.retryAfterSeconds),
      ),
    },
  };
}

/** The error of a budget or of the queue of passwords; undefined for any other. */
export function hindranceOf(error: unknown): Hindrance | undefined {
  if (!(error instanceof DomainError)) return undefined;
  const { code, retryAfterSeconds } = error;
  if (code === 'too_many_attempts') return { code, retryAfterSeconds };
  return code === 'hashing_busy' ? { code: 'busy', retryAfterSeconds } : undefined;
}

/** What the form is answered with; sets `Retry-After` where it is to be sent again. */
export function formStatus(ctx: Context, problems: FormProblems = {}): 200 | 400 | 429 | 503 {
  const { code, retryAfterSeconds } = problems.hindrance ?? {};
  if (code === undefined) return isWrong(problems) ? 400 : 200;
  if (retryAfterSeconds !== undefined) ctx.set('Retry-After', String(retryAfterSeconds));
  return code === 'busy' ? 503 : 429;
}
