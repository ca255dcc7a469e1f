/** What the states of all pages share. A state is a page as its module describes it; its name says what is shown. */
import type { Terms } from '../../../src/config/config.ts';
import { type FormProblems, isExplained } from '../../../src/web/pages/form-problems.ts';
import type { Language } from '../../../src/web/pages/language.ts';
import type { Page } from '../../../src/web/pages/render.ts';
import { en } from '../../../src/web/pages/words/en.ts';

export interface Drawing {
  readonly language: Language;
  /** Stands wherever others can choose a text. */
  readonly text: string;
}

export type States = Readonly<Record<string, Page>>;

export const TEXT = 'Harbour Notes';
export const BACK = 'https://notes.example/';
export const TERMS: Terms = { url: 'https://notes.example/terms', version: '1' };

export function keysOf<Key extends string>(list: { readonly [key in Key]: unknown }): readonly Key[] {
  return Object.keys(list) as Key[];
}

/** A state for each code of a closed list, so that a new code has its state by itself. */
export function forEachCode<Code extends string>(
  name: string,
  codes: readonly Code[],
  stateOf: (code: Code) => Page,
): States {
  return Object.fromEntries(codes.map((code) => [`${name}-${code}`, stateOf(code)]));
}

type Field = Exclude<keyof FormProblems, 'hindrance'>;

const isOf = (field: Field, code: string): boolean =>
  code.startsWith(`${field}_`) || (field === 'email' && code === 'domain_not_allowed');

/** Every problem that a form with these fields can have: as many at once as it has fields. */
export function problemsOf(...fields: readonly Field[]): readonly FormProblems[] {
  const codes = fields.map((field) => Object.keys(en.problems).filter((code) => isOf(field, code)));
  const most = Math.max(...codes.map((list) => list.length));
  return Array.from({ length: most }, (_, at) =>
    Object.fromEntries(
      fields.map((field, index) => {
        const list = codes[index] ?? [];
        const code = list[Math.min(at, list.length - 1)];
        if (code === undefined || !isExplained(code as never)) throw new Error(`${field} has no problem`);
        return [field, code];
      }),
    ),
  );
}

/** The states of a form: as it opens, with every problem of its fields, and with each hindrance. */
export function formStates(name: string, fields: readonly Field[], stateOf: (problems?: FormProblems) => Page): States {
  const wrong = problemsOf(...fields).map((problems, at) => [`${name}WithProblems-${at + 1}`, stateOf(problems)]);
  const hindrances = (['too_many_attempts', 'busy'] as const).map((code) => [
    `${name}-${code}`,
    stateOf({ hindrance: { code, retryAfterSeconds: code === 'busy' ? 2 : 600 } }),
  ]);
  return { [name]: stateOf(), ...Object.fromEntries([...wrong, ...hindrances]) };
}
