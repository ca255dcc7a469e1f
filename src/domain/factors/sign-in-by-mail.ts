/**
 * Signing in by a mailed code instead of the password:
 * 1. somebody says whose account it is, and hears the same, by the same calls on storage, whether there is one;
 * 2. its address gets a code, which is good in that sign-in alone;
 * 3. whoever types it has proven the address. The account's own second factor is still asked for.
 */
import type { SentCode } from '../../storage/factors/sent-codes.ts';
import type { AccountStore } from '../../storage/records/accounts.ts';
import { isUsable } from '../accounts/usable.ts';
import { DomainError } from '../domain-error.ts';
import type { NoteEvent } from '../events/security-events.ts';
import type { Outbox } from '../mail/outbox.ts';
import type { SignInBudgets } from '../throttle/sign-in-budgets.ts';
import {
  mailCode,
  newCode,
  nextCodeAt,
  type TypedSentCode,
  type UseDeps,
  type UsedCode,
  useCode,
} from './sent-codes.ts';

const PURPOSE = 'sign_in';

export interface SignInByMailDeps extends Omit<UseDeps, 'note'> {
  readonly accounts: Pick<AccountStore, 'findByIdentifier' | 'get' | 'update'>;
  readonly outbox: Pick<Outbox, 'admit' | 'enqueue'>;
  readonly throttle: UseDeps['throttle'] & Pick<SignInBudgets, 'payForLink'>;
}

export interface MailedCodeRequest {
  readonly interactionUid: string;
  /** E-mail address or username, as typed. */
  readonly login: string;
  readonly language: string;
  /** The IP address that the request came from. */
  readonly address: string;
}

export class SignInByMail {
  readonly #deps: SignInByMailDeps;

  constructor(deps: SignInByMailDeps) {
    this.#deps = deps;
  }

  /** For whom a code was asked for in this sign-in, whether there is such an account; undefined where none was, or it is too old. */
  async loginOf(interactionUid: string): Promise<string | undefined> {
    return (await this.#deps.codes.get(PURPOSE, interactionUid))?.login;
  }

  /**
   * For the same name nothing is sent again within half a minute: `later`. `sent`: there may have been an earlier one for it. Throws
   * `too_many_attempts`.
   */
  async request(
    { interactionUid, login, language, address }: MailedCodeRequest,
    note: NoteEvent,
  ): Promise<'sent' | 'later' | undefined> {
    const { accounts, codes, outbox, throttle, clock } = this.#deps;
    await throttle.payForLink(address);
    const isTooSoon = (latest: SentCode | undefined): boolean =>
      latest?.login === login && clock.now() < nextCodeAt(latest);
    const before = await codes.get(PURPOSE, interactionUid);
    if (isTooSoon(before)) return 'later';
    const account = await accounts.findByIdentifier(login);
    const isMailed = account !== undefined && isUsable(account, clock.now());
    const destination = account?.email ?? login;
    const admission = await outbox.admit(destination, address, 'code');
    const { isAdmitted } = admission;
    const binding = {
      purpose: PURPOSE,
      interactionUid,
      account: isMailed && isAdmitted ? account : undefined,
    } as const;
    const { code, stored } = newCode({ ...binding, login, channel: 'mail', destination }, this.#deps);
    const written = await codes.change(PURPOSE, interactionUid, (current) => {
      if (isTooSoon(current)) return undefined;
      // Held back: what was mailed before stays good.
      return !isAdmitted && current?.login === login ? current : stored;
    });
    const isSent = isMailed && isAdmitted && written === stored;
    const mail = { purpose: PURPOSE, code: isSent ? code : undefined, stored, admission, language } as const;
    await mailCode(mail, this.#deps);
    if (account === undefined) note('code.requested', 'unknown_account', { typedLogin: login });
    else if (!isMailed) note('code.requested', 'not_usable', { accountId: account.id });
    else note('code.requested', isAdmitted ? 'mailed' : 'too_many_mails', { accountId: account.id });
    return before?.login === login ? 'sent' : undefined;
  }

  /**
   * Whose address was proven: it counts as verified from then on. The account as it was read before the code was looked at. Throws
   * `code_wrong`, `code_gone` and `too_many_attempts`.
   */
  async prove(typed: TypedSentCode, note: NoteEvent): Promise<UsedCode> {
    const { accounts, codes, clock } = this.#deps;
    const asked = await codes.get(PURPOSE, typed.interactionUid);
    if (asked === undefined) throw new DomainError('code_gone');
    const { login, accountId } = asked;
    // Found in any case, and by what was typed: a guess is paid for as a password for that name is, whether anybody was mailed a code.
    const paying = await accounts.findByIdentifier(login);
    const account = paying?.id === accountId ? paying : undefined;
    const used = await useCode({ ...typed, purpose: PURPOSE, account, paying, login }, { ...this.#deps, note });
    if (used.account.emailVerified) return used;
    await accounts.update(used.account.id, (current) =>
      current.email === used.code.destination ? { ...current, emailVerified: true, updatedAt: clock.now() } : undefined,
    );
    return used;
  }
}
