/** Where accounts are kept: the people who can sign in. */
import type { Page } from './records.ts';

export interface Account {
  /** The `sub` of every token: random, never reused. */
  readonly id: string;
  readonly email: string;
  readonly emailVerified: boolean;
  readonly username?: string;
  readonly name?: string;
  /** Further standard or custom claims, in their wire spelling (OIDC Core 5.1). */
  readonly claims: Readonly<Record<string, unknown>>;
  /** Scheme-tagged password hash; absent while no password is set. */
  readonly passwordHash?: string;
  readonly isDisabled: boolean;
  /** Milliseconds since the epoch: whoever signed in before holds nothing any more, not even a sign-in under way. */
  readonly sessionsEndedAt?: number;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface AccountPage {
  readonly items: readonly Account[];
  /** Where the next page starts; null at the end. */
  readonly next: string | null;
}

export interface AccountStore {
  /** Claims e-mail and login name, then writes; names what is taken instead of throwing. */
  create(account: Account): Promise<{ readonly taken: 'email' | 'username' } | undefined>;
  get(id: string): Promise<Account | undefined>;
  /** By e-mail address or login name, in any case. */
  findByIdentifier(identifier: string): Promise<Account | undefined>;
  /** Applies a change by compare-and-set, again when somebody else was first; undefined when there is no such account. Cannot change e-mail or login name. */
  update(id: string, change: (account: Account) => Account): Promise<Account | undefined>;
  list(page: Page): Promise<AccountPage>;
}
