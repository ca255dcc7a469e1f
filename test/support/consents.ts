/** What an account is remembered to have allowed a client, without a page on which it did. */
import { noAccess } from '../../src/domain/grants/access.ts';
import type { Access, ConsentOwner, ConsentStore } from '../../src/storage/records/consents.ts';

export function remember(
  consents: Pick<ConsentStore, 'change'>,
  owner: ConsentOwner,
  allowed: Partial<Access> = {},
): Promise<void> {
  return consents.change(owner, () => ({ ...noAccess, ...allowed, refused: noAccess, since: 1 }));
}
