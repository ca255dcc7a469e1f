/**
 * How much visitors may leave in the database (RFC 9126 2.3 answers 429). Who is known pays from a budget of their own, so that
 * a neighbour who uses up what strangers have shuts nobody else out. Charged where something is about to be stored, for there it
 * is known who is signed in and which client has proved itself: a session cookie alone proves nothing.
 */
import { addressRanges } from '../../domain/throttle/address-ranges.ts';
import { type Budgets, type Charge, chargesOfStranger } from '../../domain/throttle/budgets.ts';
import type { Device } from '../../domain/throttle/known-devices.ts';
import {
  currentContext,
  isClientProven,
  isFromDocument,
  noteForCurrent,
  type RequestContext,
  requestOf,
} from '../request.ts';
import { tooManyRequests } from './status-error.ts';

/** What is about to be stored. */
export type Visit = 'interaction' | 'session' | 'pushedRequest' | 'documentAssertion';

/** Throws where nothing is left. */
export type AdmitVisitor = (visit: Visit) => Promise<void>;

/** The device that a request comes from, where somebody signed in on it before. */
export type DeviceOf = (ctx: RequestContext) => Device | undefined;

const eventReasons = {
  interaction: 'authorization',
  session: 'authorization',
  pushedRequest: 'pushed_authorization_request',
  documentAssertion: 'client_assertion',
} as const;

function chargesOfDevice({ ip }: RequestContext, { id }: Device): readonly Charge[] {
  const { network, site = network } = addressRanges(ip);
  return [
    ['visitsOfDevice', id],
    // Whoever has an account can make as many devices known as they sign in on.
    ['visitsOfKnownDevices', site],
  ];
}

function chargesOf(visit: Visit, ctx: RequestContext, deviceOf: DeviceOf): readonly Charge[] {
  const { client, session, result } = ctx.oidc;
  if (visit === 'documentAssertion')
    return chargesOfStranger(ctx.ip, ['documentAssertions', 'documentAssertionsOfNetwork']);
  if (visit === 'pushedRequest') {
    // Anybody can publish as many documents as they like, and prove to be each of them.
    const hasProvedItself = client !== undefined && client.clientAuthMethod !== 'none' && !isFromDocument(client);
    if (hasProvedItself) return [['pushedRequestsOfClient', client.clientId]];
    return chargesOfStranger(ctx.ip, ['pushedRequests', 'pushedRequestsOfNetwork']);
  }
  if (session?.accountId !== undefined) {
    // Behind a password that was just checked, which costs far more.
    if (visit === 'session' || result?.login !== undefined) return [];
    return [['visitsOfAccount', session.accountId]];
  }
  const device = deviceOf(ctx);
  return device === undefined ? chargesOfStranger(ctx.ip, ['visits', 'visitsOfNetwork']) : chargesOfDevice(ctx, device);
}

export function createVisitorBudgets(budgets: Pick<Budgets, 'takeAll'>, deviceOf: DeviceOf): AdmitVisitor {
  return async (visit) => {
    const ctx = currentContext();
    if (ctx === undefined) return;
    const request = requestOf(ctx);
    if (visit === 'pushedRequest' && request.isPushedRequestPaid) return;
    const taken = await budgets.takeAll(chargesOf(visit, ctx, deviceOf));
    if ('retryAfterSeconds' in taken) {
      const subject = { clientId: ctx.oidc.client?.clientId, isClientProven: isClientProven(ctx) };
      noteForCurrent('request.throttled', eventReasons[visit], subject);
      throw tooManyRequests('too many requests, try again later', taken.retryAfterSeconds);
    }
    if (visit === 'pushedRequest') request.isPushedRequestPaid = true;
  };
}
