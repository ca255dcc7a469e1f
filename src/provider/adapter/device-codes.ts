import { type Adapter, type AdapterPayload, errors } from 'oidc-provider';
import type { IssuedPayload, IssuedStore } from '../../storage/issued/tokens.ts';
import type { AdmitVisitor } from '../protection/visitor-budgets.ts';
import { createModelAdapter, keptUntil, toPayload } from './tokens.ts';

/** 0: the code waits for a user; 1: one is at the consent page; 2: approved or denied. */
function stepOf({ inFlight, accountId, error }: IssuedPayload | AdapterPayload): number {
  if (accountId !== undefined || error !== undefined) return 2;
  return inFlight ? 1 : 0;
}

export function createDeviceCodeAdapter(issued: IssuedStore, admit: AdmitVisitor): Adapter {
  const plain = createModelAdapter('DeviceCode', issued);

  return {
    ...plain,

    findByUserCode: async (userCode) => toPayload(await issued.findByUserCode(userCode)),

    /**
     * oidc-provider reads, and saves some time later: two browsers, or two accounts, would both succeed, and the last one
     * would get the device. So each save must bring the code a step further than it is now.
     */
    async upsert(id, payload, expiresInSeconds) {
      const step = stepOf(payload);
      if (step === 0) {
        await admit('pushedRequest');
        return plain.upsert(id, payload, expiresInSeconds);
      }
      const isThere = await issued.change('DeviceCode', id, (current) => {
        if (stepOf(current) >= step) throw new errors.InvalidRequest('the code was already used');
        return { payload: { ...payload }, expiresAt: keptUntil('DeviceCode', payload.exp) };
      });
      if (!isThere) throw new errors.InvalidRequest('the code has expired');
    },
  };
}
