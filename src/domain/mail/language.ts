import type { Account } from '../../storage/records/accounts.ts';

/** As long as a tag with all its parts usually is (RFC 5646 4.4.1). */
const LONGEST_TAG = 35;

/** Of a mail that no page has caused: the account's `locale` (OIDC Core 5.1). One that nobody speaks here is written in English. */
export function mailLanguageOf({ claims: { locale } }: Pick<Account, 'claims'>): string {
  // BCP 47; some write an underscore.
  return typeof locale === 'string' && locale.length <= LONGEST_TAG ? locale.replaceAll('_', '-') : 'en';
}
