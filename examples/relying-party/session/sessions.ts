/** Keeps the browser's sessions in memory, each under a random id that only its cookie knows. */
import { randomBytes } from 'node:crypto';
import type { PendingSignIn } from '../openid/authorization.ts';
import type { LogoutSubject } from '../openid/logout-token.ts';
import type { StepUp } from '../openid/step-up.ts';
import type { SignedIn, Tokens } from '../openid/tokens.ts';

const idleMs = 8 * 60 * 60 * 1000;
// Memory is finite: too many sessions push out the oldest ones.
const maxSessions = 10_000;

export interface BrowserSession {
  readonly id: string;
  /** Sign-ins that were started and have not come back yet: one for each tab. */
  pending: readonly PendingSignIn[];
  signedIn?: SignedIn;
  /** The refresh that is under way. */
  refreshing?: Promise<SignedIn>;
  /** What the API asked for before it does what it was asked. */
  stepUp?: StepUp;
  /** By back-channel logout: the page says so. */
  wasEndedByProvider?: boolean;
  lastUsedAt: number;
}

export class Sessions {
  readonly #sessions = new Map<string, BrowserSession>();

  find(id: string | undefined): BrowserSession | undefined {
    const session = id === undefined ? undefined : this.#sessions.get(id);
    if (session === undefined) return undefined;
    this.#sessions.delete(session.id);
    if (session.lastUsedAt + idleMs < Date.now()) return undefined;
    // Put back at the end: the map's order is the order of last use.
    session.lastUsedAt = Date.now();
    this.#sessions.set(session.id, session);
    return session;
  }

  create(content: Pick<BrowserSession, 'pending' | 'signedIn'> = { pending: [] }): BrowserSession {
    const session = { ...content, id: randomBytes(32).toString('base64url'), lastUsedAt: Date.now() };
    this.#sessions.set(session.id, session);
    const [oldest] = this.#sessions.keys();
    if (this.#sessions.size > maxSessions && oldest !== undefined) this.#sessions.delete(oldest);
    return session;
  }

  end(id: string): void {
    this.#sessions.delete(id);
  }

  /** Signs out whom the provider names. */
  endSignedIn(subject: LogoutSubject): void {
    for (const session of this.#sessions.values()) {
      if (session.signedIn === undefined || !isAbout(subject, session.signedIn.tokens)) continue;
      delete session.signedIn;
      session.wasEndedByProvider = true;
    }
  }
}

function isAbout(subject: LogoutSubject, tokens: Tokens): boolean {
  if (subject.sub !== undefined && subject.sub !== tokens.sub) return false;
  // A session whose provider never named a sid can only be found by its user.
  if (subject.sid !== undefined && tokens.sid !== undefined) return subject.sid === tokens.sid;
  return subject.sub !== undefined;
}
