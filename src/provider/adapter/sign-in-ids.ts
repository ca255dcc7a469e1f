/**
 * One id names a sign-in from the authorization request over login, consent and tokens to the last refresh. It is made
 * where a sign-in first stores something, and goes on beside what oidc-provider stores of interaction, code and refresh
 * token: not in the grant, which outlives a sign-in.
 */
import { randomUUID } from 'node:crypto';
import type { Adapter } from 'oidc-provider';
import { currentRequest, type RequestNotes } from '../request.ts';

/** The member of a stored payload. oidc-provider drops it when it reads one; what it saves again gets that of the request. */
const SIGN_IN_ID = 'signInId';

/** With the first interaction or code of an authorization request, or with its refusal. */
export function beginSignIn(request: RequestNotes): string {
  request.signInId ??= randomUUID();
  return request.signInId;
}

export function signInIdOf(payload: Readonly<Record<string, unknown>>): string | undefined {
  const id = payload[SIGN_IN_ID];
  return typeof id === 'string' ? id : undefined;
}

/** The models that carry it; the first to be stored makes it. */
const carriers: readonly string[] = ['Interaction', 'AuthorizationCode', 'RefreshToken', 'DeviceCode'];
const firstCarriers: readonly string[] = ['Interaction', 'AuthorizationCode'];

export function followSignIn(model: string, adapter: Adapter): Adapter {
  if (!carriers.includes(model)) return adapter;
  return {
    ...adapter,

    upsert(id, payload, expiresInSeconds) {
      const request = currentRequest();
      if (firstCarriers.includes(model) && request !== undefined) beginSignIn(request);
      const signInId = request?.signInId;
      const followed = signInId === undefined ? payload : { ...payload, [SIGN_IN_ID]: signInId };
      return adapter.upsert(id, followed, expiresInSeconds);
    },

    async find(id) {
      const payload = await adapter.find(id);
      const request = currentRequest();
      if (payload && request !== undefined) {
        request.signInId ??= signInIdOf(payload);
        const { accountId, resource, scope } = payload;
        request.presented = { kind: model, accountId, resource, scope };
      }
      return payload;
    },
  };
}
