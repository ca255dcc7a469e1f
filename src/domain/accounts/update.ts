/** Changes e-mail address, names and claims of an account. It ends nothing: sessions, grants and tokens go on. */
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../../ports/clock.ts';
import type { LinkStore } from '../../storage/mail/links.ts';
import type { Account, AccountStore } from '../../storage/records/accounts.ts';
import { canonicalIdentifier } from '../../storage/records/canonical-identifier.ts';
import { DomainError } from '../domain-error.ts';
import type { ActDeps } from '../events/begun-acts.ts';
import { withNoticesEnded } from '../notices/standing.ts';
import { claimProblems, readExtraClaims } from './claims.ts';
import { readEmailAddress, readName, readUsername } from './identifiers.ts';
import { checkProof, type Proof } from './usable.ts';

const fields = ['email', 'emailVerified', 'username', 'name', 'claims', 'pendingEmail'] as const;

export interface AccountChanges {
  /** Takes the place of one that waits to be proven, too. */
  readonly email?: string;
  /** By default a new address is not verified, and another spelling of the same one stays as it was. */
  readonly emailVerified?: boolean;
  /** Null removes it. */
  readonly username?: string | null;
  readonly name?: string | null;
  /** By name: a value replaces the current one, null removes it, the others stay (RFC 7396). */
  readonly claims?: Readonly<Record<string, unknown>>;
}

export interface UpdatedAccount {
  readonly account: Account;
  readonly changed: readonly (typeof fields)[number][];
}

interface Deps extends ActDeps {
  readonly accounts: Pick<AccountStore, 'updateIdentifiers'>;
  readonly links: Pick<LinkStore, 'endAllOf' | 'endNoticesOf'>;
  readonly clock: Clock;
}

/** Keeps the current value if none was given; null removes it. */
function optional<T>(given: T | null | undefined, current: T | undefined): T | undefined {
  return given === undefined ? current : (given ?? undefined);
}

function merged(claims: Account['claims'], given: AccountChanges['claims']): Account['claims'] {
  if (given === undefined) return claims;
  const next = Object.entries({ ...claims, ...given }).filter(([, value]) => value !== null);
  const untouched = next.filter(([name]) => !Object.hasOwn(given, name));
  // Stored before they were refused: that is no fault of this change.
  const outdated = new Set(claimProblems(Object.fromEntries(untouched)).map(({ claim }) => claim));
  readExtraClaims(Object.fromEntries(next.filter(([name]) => !outdated.has(name))));
  return Object.fromEntries(next);
}

/** Compatibility forms are found as one, but another mailbox may be behind them: only case makes no difference to mail. */
function isSameMailbox(one: string, other: string): boolean {
  const [local, otherLocal] = [one, other].map((text) =>
    text.slice(0, text.lastIndexOf('@')).normalize('NFC').toLowerCase(),
  );
  return local === otherLocal && canonicalIdentifier(one) === canonicalIdentifier(other);
}

function changedAccount(account: Account, wanted: AccountChanges): Account {
  const { username: _username, name: _name, pendingEmail, ...rest } = account;
  const { email = account.email } = wanted;
  const username = optional(wanted.username, account.username);
  const name = optional(wanted.name, account.name);
  return {
    ...rest,
    email,
    emailVerified: wanted.emailVerified ?? (account.emailVerified && isSameMailbox(email, account.email)),
    ...(username !== undefined && { username }),
    ...(name !== undefined && { name }),
    claims: merged(account.claims, wanted.claims),
    ...(pendingEmail !== undefined && wanted.email === undefined && { pendingEmail }),
  };
}

const differences = (one: Account, other: Account): UpdatedAccount['changed'] =>
  fields.filter((field) => !isDeepStrictEqual(one[field], other[field]));

/** `proof` where the person does it: without one it is an administrator. */
export async function updateAccount(
  accountId: string,
  { email, username, name, ...others }: AccountChanges,
  { accounts, links, clock, note }: Deps,
  proof?: Proof,
): Promise<UpdatedAccount> {
  const wanted: AccountChanges = {
    ...others,
    ...(email !== undefined && { email: readEmailAddress(email) }),
    ...(username !== undefined && { username: username === null ? null : readUsername(username) }),
    ...(name !== undefined && { name: name === null ? null : readName(name) }),
  };
  let changed: UpdatedAccount['changed'] = [];
  // Also where nothing changes: if an earlier version stored the address's reservation in another form, it is rewritten in today's.
  const updated = await accounts.updateIdentifiers(accountId, (account) => {
    if (proof !== undefined) checkProof(account, proof, clock.now());
    const next = changedAccount(account, wanted);
    changed = differences(account, next);
    if (changed.length === 0) return account;
    const written = { ...next, updatedAt: clock.now() };
    return changed.includes('email') ? withNoticesEnded(written, clock.now()) : written;
  });
  if (updated === undefined) throw new DomainError('account_unknown');
  if ('taken' in updated) throw new DomainError(`${updated.taken}_taken`);
  if (changed.length > 0)
    note?.('account.updated', proof === undefined ? 'administrator' : 'user', { accountId, detail: changed.join(' ') });
  // What was mailed to the address before must open nothing any more.
  if (changed.includes('email') || changed.includes('pendingEmail')) await links.endAllOf(accountId);
  // By an administrator alone: a person changes it by a link (new-address.ts), and the links of notices stay good.
  if (changed.includes('email')) await links.endNoticesOf(accountId);
  return { account: updated.account, changed };
}
