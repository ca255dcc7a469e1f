/** Remembers which session each request has read: its save needs no second read, and knows what the request changed. */
import Provider, { type KoaContextWithOIDC } from 'oidc-provider';
import type { FoundSession } from '../../ports/sessions.ts';
import { isAliasOf } from './session-aliases.ts';

export interface SessionReads {
  remember(found: FoundSession): void;
  recall(uid: string): FoundSession | undefined;
  recallByAlias(aliasHash: string): FoundSession | undefined;
}

/** The request in hand; undefined outside the engine's routes. */
export function requestContext(): KoaContextWithOIDC | undefined {
  return Provider.ctx as KoaContextWithOIDC | undefined;
}

export function createSessionReads(): SessionReads {
  const readBy = new WeakMap<object, Map<string, FoundSession>>();

  function ofRequest(): Map<string, FoundSession> | undefined {
    const context = requestContext();
    return context && readBy.get(context);
  }

  return {
    remember(found) {
      const context = requestContext();
      if (context === undefined) return;
      readBy.set(context, (ofRequest() ?? new Map<string, FoundSession>()).set(found.document.uid, found));
    },
    recall: (uid) => ofRequest()?.get(uid),
    recallByAlias: (aliasHash) =>
      [...(ofRequest()?.values() ?? [])].find(({ document }) => isAliasOf(document.aliases, aliasHash)),
  };
}
