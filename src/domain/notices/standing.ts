/**
 * Whether the link of a notice still stands. It keeps what was true of the account when that was read for the act that it tells of, and
 * is compared with the account as it is: so no link outlives what ended it, whether it was stored in time to be deleted or not.
 *
 * 1. What an administrator does ends all that were issued before.
 * 2. An answer ("This was not me") ends those that were issued before it to whoever had the account at the same time or later. Of two
 *    who answer, the one who had the account earlier wins, whichever answer is written first.
 */
import type { StoredLink } from '../../storage/mail/links.ts';
import type { Account, NoticeAnswer } from '../../storage/records/accounts.ts';
import { linkRules } from '../links/links.ts';

/** Their links were deleted by them as well; what is kept is for those that were on the way. */
const ANSWERS_KEPT = 50;

type Standing = Pick<Account, 'noticesEndedAt' | 'noticeAnswers'>;

export interface Issued {
  readonly noticesEndedAt: number;
  readonly answeredAt: number;
  /** Milliseconds since the epoch: the address that is told was the account's then. */
  readonly heldAt: number;
}

const answeredAt = ({ noticeAnswers = [] }: Standing): number => noticeAnswers.at(-1)?.at ?? 0;

/** For the details of the link. */
export function issuedFor(account: Standing, heldAt: number): Issued {
  return { noticesEndedAt: account.noticesEndedAt ?? 0, answeredAt: answeredAt(account), heldAt };
}

const issuedOf = ({ details }: StoredLink): Issued => details as unknown as Issued;

/** Something that ends notices has happened since the one was read, and before the other was. */
export function isSameStanding(one: Standing, other: Standing): boolean {
  return (one.noticesEndedAt ?? 0) === (other.noticesEndedAt ?? 0) && answeredAt(one) === answeredAt(other);
}

const isAnswerBy = ({ id }: StoredLink, answer: NoticeAnswer, { heldAt }: Issued): boolean =>
  answer.link === id && answer.heldAt === heldAt;

/** What the link itself was used for, where a failure has left the rest of it to do. */
export function answerBy(link: StoredLink, { noticeAnswers = [] }: Standing): NoticeAnswer | undefined {
  return noticeAnswers.find((answer) => isAnswerBy(link, answer, issuedOf(link)));
}

export function stands(link: StoredLink, { noticesEndedAt = 0, noticeAnswers = [] }: Standing): boolean {
  const issued = issuedOf(link);
  const ends = (answer: NoticeAnswer) =>
    answer.at > issued.answeredAt && answer.heldAt <= issued.heldAt && !isAnswerBy(link, answer, issued);
  return noticesEndedAt === issued.noticesEndedAt && !noticeAnswers.some(ends);
}

/** For what an answer leaves to be deleted: of the same address also those from before. What was issued since then stays. */
export function isEndedBy(link: StoredLink, answered: Standing, other: StoredLink): boolean {
  const isSameAddress = other.email === link.email && issuedOf(other).answeredAt < answeredAt(answered);
  return isSameAddress || !stands(other, answered);
}

/** What an administrator does. Never the same twice. */
export function withNoticesEnded<A extends Standing>(account: A, now: number): A {
  return { ...account, noticesEndedAt: Math.max(now, (account.noticesEndedAt ?? 0) + 1) };
}

export interface NewAnswer {
  readonly now: number;
  /** The account gets its address back by it. */
  readonly isRestored: boolean;
}

export function withAnswer(link: StoredLink, account: Account, { now, isRestored }: NewAnswer): Account {
  const { heldAt } = issuedOf(link);
  const at = Math.max(now, answeredAt(account) + 1);
  // Older ones than any link that is good end nothing, and those by whoever had the account later no more than this one.
  const counts = (answer: NoticeAnswer) =>
    answer.heldAt < heldAt && answer.at + linkRules.not_me.lifeSeconds * 1000 > now;
  const before = (account.noticeAnswers ?? []).filter(counts).slice(1 - ANSWERS_KEPT);
  return { ...account, noticeAnswers: [...before, { at, heldAt, link: link.id, isRestored }] };
}
