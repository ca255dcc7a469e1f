/** The box with which somebody accepts the terms: the view `layout/terms` draws it. */
import type { Terms } from '../../config/config.ts';
import type { AcceptedTerms } from '../../storage/records/accounts.ts';
import type { Form } from '../forms/read-form.ts';
import { dictionaryOf, type Language } from './language.ts';

/** Takes the member `terms` of a page. */
export function termsField(
  language: Language,
  terms: Terms | undefined,
  problem?: { readonly code: string; readonly message: string },
) {
  if (terms === undefined) return undefined;
  const { url: href, version } = terms;
  return { ...dictionaryOf(language).terms, href, version, problem };
}

/**
 * `missing` where the box is not ticked, or stood for another version: it may have changed since the page was opened. Undefined
 * where there are no terms.
 */
export function acceptedTerms(
  form: Form,
  terms: Terms | undefined,
  now: number,
): AcceptedTerms | 'missing' | undefined {
  if (terms === undefined) return undefined;
  return form.get('terms') === terms.version ? { version: terms.version, at: now } : 'missing';
}
