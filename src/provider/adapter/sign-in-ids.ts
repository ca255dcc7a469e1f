/**
 * One id names a sign-in from the authorization request over login, consent and tokens to the last refresh. It is made
 * where a sign-in first stores something, and goes on beside what oidc-provider stores of interaction, code and refresh
 * token: not in the grant, which outlives a sign-in. Beside a code also goes whether somebody signed in for this request, or
 * a session answered it: the session alone says only when its latest sign-in was, for whatever request and in whatever browser.
 * That a remembered device stood in for a second factor goes on to the last refresh, where no browser shows it any more.
 */
import { randomUUID } from 'node:crypto';
import type { Adapter } from 'oidc-provider';
import { currentContext, currentRequest, type RequestNotes } from '../request.ts';

/** The member of a stored payload. oidc-provider drops it when it reads one; what it saves again gets that of the request. */
const SIGN_IN_ID = 'signInId';
const PROVEN_AT = 'provenAt';
const REMEMBERED = 'isDeviceRemembered';

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

/** Beside the sign-in that a page has finished: whether it added a factor to what a session had proven before. */
export const STEP_UP = 'step_up';

/** Seconds since the epoch of the sign-in that a code is issued right after; undefined where a session answered, whatever was added to it. */
function provenAt(model: string): number | undefined {
  const { result } = currentContext()?.oidc ?? {};
  const { isStepUp } = (result?.[STEP_UP] ?? {}) as { readonly isStepUp?: boolean };
  return model === 'AuthorizationCode' && isStepUp !== true ? result?.login?.ts : undefined;
}

function isOfRememberedDevice(model: string, request: RequestNotes | undefined): boolean {
  if (model === 'RefreshToken') return request?.presented?.isDeviceRemembered === true;
  return model !== 'Interaction' && request?.isDeviceRemembered === true;
}

export function followSignIn(model: string, adapter: Adapter): Adapter {
  if (!carriers.includes(model)) return adapter;
  return {
    ...adapter,

    upsert(id, payload, expiresInSeconds) {
      const request = currentRequest();
      if (firstCarriers.includes(model) && request !== undefined) beginSignIn(request);
      const signInId = request?.signInId;
      const followed = {
        ...payload,
        ...(signInId !== undefined && { [SIGN_IN_ID]: signInId }),
        [PROVEN_AT]: provenAt(model),
        ...(isOfRememberedDevice(model, request) && { [REMEMBERED]: true }),
      };
      return adapter.upsert(id, followed, expiresInSeconds);
    },

    async find(id) {
      const payload = await adapter.find(id);
      const request = currentRequest();
      if (payload && request !== undefined) {
        request.signInId ??= signInIdOf(payload);
        const { accountId, resource, scope } = payload;
        const isDeviceRemembered = payload[REMEMBERED] === true;
        request.presented = {
          kind: model,
          accountId,
          resource,
          scope,
          provenAt: payload[PROVEN_AT],
          isDeviceRemembered,
        };
      }
      return payload;
    },
  };
}
