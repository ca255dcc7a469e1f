/** Sign-ins under way: each goes on once, and in the browser that began it. */
import { type Adapter, errors } from 'oidc-provider';
import type { KeyedHash } from '../../storage/encryption/keyed-hash.ts';
import type { IssuedPayload, IssuedStore } from '../../storage/issued/tokens.ts';
import { browserToBind, isBoundBrowser } from '../protection/browser-binding.ts';
import type { AdmitVisitor } from '../protection/visitor-budgets.ts';
import { currentRequest, noteForCurrent } from '../request.ts';
import { signInIdOf } from './sign-in-ids.ts';
import { createModelAdapter, toPayload } from './tokens.ts';

function noteOtherBrowser(payload: IssuedPayload): void {
  const request = currentRequest();
  if (request !== undefined) request.signInId ??= signInIdOf(payload);
  const { client_id: clientId } = payload.params as { readonly client_id?: string };
  noteForCurrent('request.refused', 'other_browser', { clientId });
}

export function createInteractionAdapter(issued: IssuedStore, keyedHash: KeyedHash, admit: AdmitVisitor): Adapter {
  const plain = createModelAdapter('Interaction', issued);
  return {
    ...plain,

    async upsert(uid, payload, expiresInSeconds) {
      await admit('interaction');
      await plain.upsert(uid, { ...payload, browser: browserToBind(keyedHash) }, expiresInSeconds);
    },

    /** To any other browser it is not there: neither a page, nor a step, nor the way back to /auth finds it. */
    async find(uid) {
      const found = await issued.find('Interaction', uid);
      if (found === undefined || found.consumedAt !== undefined) return undefined;
      const { browser, ...payload } = found.payload;
      if (isBoundBrowser(browser)) return toPayload({ ...found, payload });
      noteOtherBrowser(payload);
      return undefined;
    },

    /**
     * A resume destroys its interaction first: of two clicks, one goes on and the other gets the page for late clicks.
     * The record stays, consumed, until it expires: a choice that is stored after that does not bring it back.
     */
    async destroy(uid) {
      if ((await issued.consume('Interaction', uid)) === 'consumed') return;
      throw new errors.SessionNotFound('interaction session not found');
    },
  };
}
