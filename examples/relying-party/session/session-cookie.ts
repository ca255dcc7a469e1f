/** Ties a browser to its session: the cookie holds a random id and nothing else. */
import type { Context } from 'koa';
import type { BrowserSession, Sessions } from './sessions.ts';

export class SessionCookie {
  readonly #sessions: Sessions;
  readonly #name: string;
  readonly #isHttps: boolean;

  constructor(sessions: Sessions, baseUrl: URL) {
    this.#sessions = sessions;
    this.#isHttps = baseUrl.protocol === 'https:';
    // Cookies know hosts but not ports: two apps on this machine must not overwrite each other's.
    this.#name = this.#isHttps ? '__Host-session' : `session-${baseUrl.port}`;
  }

  find(ctx: Context): BrowserSession | undefined {
    return this.#sessions.find(ctx.cookies.get(this.#name));
  }

  findOrCreate(ctx: Context): BrowserSession {
    return this.find(ctx) ?? this.#open(ctx, { pending: [] });
  }

  /** A new id at sign-in: an id that was planted before it (session fixation) is worth nothing after it. */
  replace(ctx: Context, content: Pick<BrowserSession, 'pending' | 'signedIn'>): void {
    this.end(ctx);
    this.#open(ctx, content);
  }

  end(ctx: Context): void {
    const session = this.find(ctx);
    if (session !== undefined) this.#sessions.end(session.id);
    this.#set(ctx, null);
  }

  #open(ctx: Context, content: Pick<BrowserSession, 'pending' | 'signedIn'>): BrowserSession {
    const session = this.#sessions.create(content);
    this.#set(ctx, session.id);
    return session;
  }

  #set(ctx: Context, value: string | null): void {
    ctx.cookies.set(this.#name, value, { httpOnly: true, sameSite: 'lax', secure: this.#isHttps, overwrite: true });
  }
}
