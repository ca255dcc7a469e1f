/** How much visitors whom nobody knows may leave in the database: each network has a budget (RFC 9126 2.3 answers 429). */
import { addressRanges } from '../../domain/throttle/address-ranges.ts';
import type { BudgetName, Budgets } from '../../domain/throttle/budgets.ts';
import { currentContext, isClientProven, noteForCurrent } from '../request.ts';
import { tooManyRequests } from './host-refusal.ts';

export type AdmitVisitor = (budget: BudgetName & ('visits' | 'pushedRequests')) => Promise<void>;

const eventReasons = { visits: 'authorization', pushedRequests: 'pushed_authorization_request' } as const;

/** Charged where something is about to be stored, for there it is known that nobody is signed in: a cookie proves nothing. */
export function createVisitorBudgets(budgets: Pick<Budgets, 'take'>): AdmitVisitor {
  return async (budget) => {
    const ctx = currentContext();
    if (ctx === undefined) return;
    if (budget === 'visits' && ctx.oidc.session?.accountId !== undefined) return;
    const { network, site = network } = addressRanges(ctx.ip);
    const taken = await budgets.take(budget, site);
    if (taken.isAllowed) return;
    const subject = { clientId: ctx.oidc.client?.clientId, isClientProven: isClientProven(ctx) };
    noteForCurrent('request.throttled', eventReasons[budget], subject);
    throw tooManyRequests('too many requests come from this network, try again later', taken.retryAfterSeconds);
  };
}
