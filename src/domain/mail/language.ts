import type { Account } from '../../storage/records/accounts.ts';
import { type TaggedLanguage, taggedLanguages } from '../clients/members.ts';

/** Of a mail that no page has caused: the account's `locale` (OIDC Core 5.1), if it is one that we speak. */
export function mailLanguageOf({ claims: { locale } }: Pick<Account, 'claims'>): TaggedLanguage {
  // BCP 47; some write an underscore.
  const [primary] = typeof locale === 'string' ? locale.toLowerCase().split(/[-_]/, 1) : [];
  return taggedLanguages.find((language) => language === primary) ?? 'en';
}
