/** Remembers which session each request has read: its save needs no second read, and knows what the request changed. */
import type { FoundSession } from '../../ports/sessions.ts';
import { requestContext } from './request-context.ts';
import { isAliasOf } from './session-aliases.ts';

export interface SessionReads {
  /** What is stored, as this request has read it, or written it. */
  remember(found: FoundSession, how: 'read' | 'written'): void;
  recall(uid: string): FoundSession | undefined;
  /** This request has written it: its answer may be the first to hand the cookie to the browser. */
  hasWritten(uid: string): boolean;
  recallByAlias(aliasHash: string): FoundSession | undefined;
}

interface Remembered {
  readonly found: FoundSession;
  readonly how: 'read' | 'written';
}

export function createSessionReads(): SessionReads {
  const readBy = new WeakMap<object, Map<string, Remembered>>();

  function ofRequest(): Map<string, Remembered> | undefined {
    const context = requestContext();
    return context && readBy.get(context);
  }

  return {
    remember(found, how) {
      const context = requestContext();
      if (context === undefined) return;
      readBy.set(context, (ofRequest() ?? new Map<string, Remembered>()).set(found.document.uid, { found, how }));
    },
    recall: (uid) => ofRequest()?.get(uid)?.found,
    hasWritten: (uid) => ofRequest()?.get(uid)?.how === 'written',
    recallByAlias: (aliasHash) =>
      [...(ofRequest()?.values() ?? [])].find(({ found }) => isAliasOf(found.document.aliases, aliasHash))?.found,
  };
}
