/** RFC 9126: each pays out once; of a used one only the mark is kept. */
import { type Adapter, errors } from 'oidc-provider';
import type { IssuedStore } from '../../storage/issued/tokens.ts';
import { refuseLargeParameters, refuseLargeRequest } from '../protection/stored-parameters.ts';
import type { AdmitVisitor } from '../protection/visitor-budgets.ts';
import { currentContext } from '../request.ts';
import { createModelAdapter, toPayload } from './tokens.ts';

const MODEL = 'PushedAuthorizationRequest';
/** oidc-provider takes a record without a kind or an expiry for none; the mark says that it was used, which is all it asks. */
const mark = { kind: MODEL, exp: 0 };

export function createPushedRequestAdapter(issued: IssuedStore, admit: AdmitVisitor): Adapter {
  const plain = createModelAdapter(MODEL, issued);
  return {
    ...plain,

    async upsert(id, payload, expiresInSeconds) {
      refuseLargeParameters(currentContext()?.oidc.params ?? {});
      refuseLargeRequest(payload.request);
      await admit('pushedRequest');
      await plain.upsert(id, payload, expiresInSeconds);
    },

    find: async (id) => toPayload(await issued.find(MODEL, id)),

    async consume(id) {
      // oidc-provider ignores what consume returns: only an error keeps it from issuing a code to the loser of a race.
      if ((await issued.consume(MODEL, id, mark)) !== 'consumed')
        throw new errors.InvalidRequestUri('request_uri is invalid, expired, or was already used');
    },
  };
}
