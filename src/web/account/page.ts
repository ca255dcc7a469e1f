/** The page /account: what is known of the account, and a form for each thing that may be changed. */
import { mayDevelop } from '../../domain/clients/developers-clients.ts';
import type { Account } from '../../storage/records/accounts.ts';
import { DEVELOPER_PATH } from '../developer/paths.ts';
import { type FormProblems, shownProblems } from '../pages/form-problems.ts';
import { dictionaryOf, type Language } from '../pages/language.ts';
import { accountTile, shownText } from '../pages/names-and-links.ts';
import { newPasswordField } from '../pages/new-password.ts';
import type { Page } from '../pages/render.ts';
import type { AccessLists, Ended } from './access.ts';
import type { FactorSection } from './factors/section.ts';
import { PROOF_FRESH_MINUTES } from './sessions.ts';

/** What was entered and not taken yet; never a password. */
export interface Typed {
  readonly name?: string | undefined;
  readonly email?: string | undefined;
}

export interface AccountPage {
  readonly language: Language;
  readonly csrfToken: string;
  readonly account: Pick<Account, 'id' | 'email' | 'emailVerified' | 'name' | 'username' | 'roles'>;
  /** The new address that waits to be proven. */
  readonly pendingEmail: string | undefined;
  readonly isFresh: boolean;
  /** Without mail, nobody can prove a new address. */
  readonly isMailOff: boolean;
  readonly signOutHref: string;
  readonly typed?: Typed | undefined;
  /** What was sent as a new password: how strong it looks is told. */
  readonly password?: string | undefined;
  readonly problems?: FormProblems | undefined;
  readonly isSaved?: boolean;
  /** What is typed was sent, and led to a new proof first. */
  readonly isNotSaved?: boolean;
  readonly ended?: Ended | undefined;
  readonly lists: AccessLists;
  readonly factors: FactorSection;
}

function pendingNotice(pendingEmail: string | undefined, language: Language): string | undefined {
  if (pendingEmail === undefined) return undefined;
  return dictionaryOf(language).account.profile.pending(shownText(pendingEmail));
}

export function accountPage(page: AccountPage): Page {
  const { language, csrfToken, account, pendingEmail, isFresh, isMailOff, typed = {}, password } = page;
  const problems = shownProblems(language, page.problems);
  const { email, name, username } = account;
  const words = dictionaryOf(language).account;
  const minutes = new Intl.NumberFormat(language).format(PROOF_FRESH_MINUTES);
  return {
    view: 'account/account',
    language,
    heading: words.heading,
    ...problems,
    csrfToken,
    accountId: account.id,
    account: accountTile(account),
    signOutHref: page.signOutHref,
    developerHref: mayDevelop(account) ? DEVELOPER_PATH : undefined,
    proof: isFresh ? words.proof.fresh(minutes) : words.proof.stale,
    isFresh,
    isSaved: page.isSaved,
    isNotSaved: page.isNotSaved,
    ended: page.ended,
    ...page.lists,
    factors: page.factors,
    /** The field that the page opens at. */
    focus: problems.problems[0]?.field,
    typed: { name: typed.name ?? name ?? '', email: typed.email ?? '' },
    email: {
      state: account.emailVerified && pendingEmail === undefined ? words.profile.confirmed : words.profile.unconfirmed,
      pending: pendingNotice(pendingEmail, language),
      isMailOff,
    },
    // The section is called `password`, so its field is not.
    newPassword: {
      ...newPasswordField(language, {
        ...{ password, known: [email, name, username] },
        problem: problems.problemOf.password,
      }),
      id: 'new-password',
      label: words.password.label,
    },
  };
}
