/** Checks accounts and the claims on their e-mail addresses and login names, each against the other. */

import type { Account } from '../ports/accounts.ts';
import { haveSameLookups } from '../ports/record-lookups.ts';
import { identifiersOf } from './accounts.ts';
import { type CheckWorld, faultsIn, type Inspection, openValue } from './check-record.ts';
import { type Claim, identifierClaimId } from './identifier-claims.ts';

const named = { email: 'an e-mail address', username: 'a login name' } as const;

export const inspectAccount: Inspection = async (record, world) => {
  const account = openValue<Account>('accounts', record, world.ring);
  const faults: string[] = account.id === record.id ? [] : ['is the account of another id'];
  for (const [kind, identifier] of identifiersOf(account)) {
    const claim = await world.records.get('account_identifiers', identifierClaimId(identifier, world.keyedHash));
    if (claim === undefined) faults.push(`has ${named[kind]} that nobody has claimed`);
    else if (openValue<Claim>('account_identifiers', claim, world.ring).accountId !== account.id)
      faults.push(`has ${named[kind]} that another account has claimed`);
  }
  return { faults };
};

async function findAccount(id: string, { records, ring }: CheckWorld): Promise<Account | undefined> {
  const found = await records.get('accounts', id);
  return found && openValue<Account>('accounts', found, ring);
}

export const inspectIdentifier: Inspection = async (record, world) => {
  const { accountId } = openValue<Claim>('account_identifiers', record, world.ring);
  const account = await findAccount(accountId, world);
  // Its account was never written: the next one who asks for the address takes the claim over.
  if (account === undefined) return { faults: [], isGarbage: true };
  const isIts = identifiersOf(account).some(([, text]) => identifierClaimId(text, world.keyedHash) === record.id);
  return {
    faults: faultsIn({
      'claims an address or login name that its account does not have': !isIts,
      'is found by the wrong account': !haveSameLookups(record.lookups, { accountId }),
    }),
  };
};
