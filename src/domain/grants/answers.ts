/** What users answered: the same rule for what is remembered of it and for the grant of one session. */
import type { Clock } from '../../ports/clock.ts';
import type { Access, ConsentOwner, ConsentStore } from '../../storage/records/consents.ts';
import { claimsOfScope } from '../accounts/claims.ts';
import { isEmpty, noAccess, union, without } from './access.ts';

export interface Answer {
  readonly allowed: Access;
  readonly refused: Access;
}

export const noAnswer: Answer = { allowed: noAccess, refused: noAccess };

/** `openid` is no question: it only says who somebody is, and without it there would be no sign-in. */
export const notRefusable: Access = { ...noAccess, oidcScopes: ['openid'] };

/**
 * The latest word counts, and nothing is both allowed and refused. A claim that was refused by its name is refused no longer once
 * a scope is allowed that releases it: the page has said that it does.
 */
export function afterAnswer(before: Answer, answer: Answer): Answer {
  const refused = without(answer.refused, notRefusable);
  // Of a scope that was allowed before, a page says nothing new.
  const newScopes = without(answer.allowed, before.allowed).oidcScopes;
  const released: Access = { ...noAccess, oidcClaims: newScopes.flatMap(claimsOfScope) };
  return {
    allowed: without(union(before.allowed, answer.allowed), refused),
    refused: union(without(before.refused, union(answer.allowed, released)), refused),
  };
}

interface RememberDeps {
  readonly consents: Pick<ConsentStore, 'change'>;
  readonly clock: Pick<Clock, 'now'>;
}

export async function rememberAnswer(
  owner: ConsentOwner,
  answer: Answer,
  { consents, clock }: RememberDeps,
): Promise<void> {
  const now = clock.now();
  await consents.change(owner, (before) => {
    const { allowed, refused } = afterAnswer(
      before === undefined ? noAnswer : { allowed: before, refused: before.refused },
      answer,
    );
    return { ...allowed, refused, since: before === undefined || isEmpty(before) ? now : before.since };
  });
}
