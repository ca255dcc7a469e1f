/** Decides which cookie values open a session after a save. */
import type { SessionAlias } from '../../ports/sessions.ts';

/** How long the value before a rotation still opens the session: requests that were under way hold it. */
const ROTATED_GRACE_SECONDS = 60;
const MAX_ALIASES = 16;

export interface AliasChange {
  /** The cookie value (hashed) that this save hands to the browser. */
  readonly presented: string;
  /** The one it replaces, when the engine rotated it. */
  readonly rotatedFrom: string | undefined;
  readonly hasAccountChanged: boolean;
  /** This request proved who signs in, and that is whom the session belongs to. */
  readonly hasSignedIn: boolean;
  /** Another request saved meanwhile: its browser response may carry the value being rotated away. */
  readonly wasConcurrent: boolean;
  readonly now: number;
}

export function isAliasOpen(alias: SessionAlias, now: number): boolean {
  return alias.until === undefined || alias.until > now;
}

export function isAliasOf(aliases: readonly SessionAlias[], hash: string): boolean {
  return aliases.some((alias) => alias.hash === hash);
}

/** False for a value that a rotation closes soon, or that opens nothing: a browser must not be handed it. */
export function isAliasKept(aliases: readonly SessionAlias[], hash: string): boolean {
  return aliases.some((alias) => alias.hash === hash && alias.until === undefined);
}

export function nextAliases(current: readonly SessionAlias[], change: AliasChange): readonly SessionAlias[] {
  const { presented, rotatedFrom, hasAccountChanged, hasSignedIn, wasConcurrent, now } = change;
  // Session fixation: a value known before the sign-in must not open the session after it.
  if (hasAccountChanged) return [{ hash: presented }];
  const open = current.filter((alias) => isAliasOpen(alias, now));
  const mayOpen = hasSignedIn || (rotatedFrom !== undefined && isAliasOf(open, rotatedFrom));
  // What is neither new nor proven stays as it is: closed if somebody signed in since it was read, else open as long as before.
  if (!mayOpen) return open;
  const kept = open
    .filter((alias) => alias.hash !== presented)
    .map((alias) => {
      if (alias.hash !== rotatedFrom || wasConcurrent) return alias;
      return { hash: alias.hash, until: Math.min(alias.until ?? Infinity, now + ROTATED_GRACE_SECONDS * 1000) };
    });
  return [...kept.slice(-(MAX_ALIASES - 1)), { hash: presented }];
}
