/**
 * What has access to an account, and how its owner ends it: sessions and apps. Other than a change, it needs no fresh proof: it is
 * urgent, and it grants nothing. Whoever stole a session could only shut others out, who sign in again.
 */
import type { Context, Middleware } from 'koa';
import { ACCOUNT_CLIENT_ID } from '../../domain/clients/register.ts';
import { type Authorizations, endOtherSessions, endOwnSession } from '../../domain/grants/own-sessions.ts';
import { revokeGrants } from '../../domain/grants/revoke.ts';
import { ACCOUNT_PATH } from '../../domain/links/links.ts';
import type { CurrentProvider } from '../../provider/current-provider.ts';
import { sendLogoutTokens } from '../../provider/own-client/logout-tokens.ts';
import { noteFor } from '../../provider/request.ts';
import { paths } from '../../provider/routes.ts';
import type { GrantStore } from '../../storage/issued/grants.ts';
import type { SessionStore } from '../../storage/issued/sessions.ts';
import type { ConsentStore } from '../../storage/records/consents.ts';
import type { EventStore } from '../../storage/records/events.ts';
import type { Language } from '../pages/language.ts';
import { seeOther } from '../see-other.ts';
import { type Activity, activity } from './activity.ts';
import { type AppList, type AppListDeps, appList } from './app-list.ts';
import { showMessage } from './message.ts';
import { type AccountFormDeps, type Act, postedBySignedIn } from './posted.ts';
import { type SessionList, sessionList } from './session-list.ts';
import type { SignedIn } from './sessions.ts';

/** A limit: only automated clients have more sessions. */
const READ_AT_MOST = 500;

export interface AccessDeps extends AccountFormDeps, AppListDeps {
  readonly sessions: Pick<SessionStore, 'ofAccount' | 'findByReference' | 'destroyOf'>;
  readonly grants: Pick<
    GrantStore,
    'ofAccount' | 'destroy' | 'destroyGrantsOf' | 'destroyByReference' | 'findByReference'
  >;
  readonly consents: Pick<ConsentStore, 'ofAccount' | 'remove' | 'removeForAccount' | 'removeForClient'>;
  readonly events: Pick<EventStore, 'list'>;
  readonly provider: Pick<CurrentProvider, 'current'>;
}

/** Sections of the page. */
export interface AccessLists {
  readonly sessions: SessionList;
  readonly apps: AppList;
  readonly activity: Activity;
}

/** What was ended a moment ago, for the notice on the page. */
const ended = ['session', 'sessions', 'app'] as const;

export type Ended = (typeof ended)[number];

export function endedOf(text: unknown): Ended | undefined {
  return ended.find((one) => one === text);
}

export class AccountAccess {
  readonly #deps: AccessDeps;

  constructor(deps: AccessDeps) {
    this.#deps = deps;
  }

  async lists(
    language: Language,
    { account, session }: SignedIn,
    { isActivityWhole }: { readonly isActivityWhole: boolean },
  ): Promise<AccessLists> {
    const { sessions, consents, grants, events, clients } = this.#deps;
    const [found, allowed, granted, records] = await Promise.all([
      sessions.ofAccount(account.id, { limit: READ_AT_MOST }),
      consents.ofAccount(account.id, READ_AT_MOST),
      grants.ofAccount(account.id, READ_AT_MOST),
      events.list({ kind: 'account', id: account.id }),
    ]);
    const ofApps = { consents: allowed, grants: granted, sessions: found.map(({ document }) => document) };
    const [sessionsShown, apps, activityShown] = await Promise.all([
      sessionList(language, { account, own: session, found }),
      appList(language, ofApps, this.#deps),
      activity(language, { records, isWhole: isActivityWhole }, clients),
    ]);
    return { sessions: sessionsShown, apps, activity: activityShown };
  }

  readonly endSession = this.#posted(async (ctx, form, { account, session }) => {
    const reference = form.get('session') ?? '';
    if (reference === session.reference) return seeOther(ctx, paths.end_session);
    const owned = { accountId: account.id, reference };
    const authorizations = await endOwnSession(owned, { ...this.#deps, note: noteFor(ctx) });
    if (authorizations === undefined) return showMessage(ctx, 'session_unknown', this.#deps.pages);
    await this.#tell(ctx, account.id, [authorizations]);
    return this.#done(ctx, 'session');
  });

  readonly endOtherSessions = this.#posted(async (ctx, _form, { account, session }) => {
    const owner = { accountId: account.id, ownReference: session.reference };
    const all = await endOtherSessions(owner, { ...this.#deps, note: noteFor(ctx) });
    await this.#tell(ctx, account.id, all);
    return this.#done(ctx, 'sessions');
  });

  readonly revokeApp = this.#posted(async (ctx, form, { account }) => {
    const clientId = form.get('app') ?? '';
    const owner = { accountId: account.id, clientId };
    const { grants, consentWithdrawn } =
      // This page needs its own grant.
      clientId === ACCOUNT_CLIENT_ID
        ? { grants: 0, consentWithdrawn: false }
        : await revokeGrants(owner, { ...this.#deps, note: noteFor(ctx) }, 'user');
    if (grants === 0 && !consentWithdrawn) return showMessage(ctx, 'app_unknown', this.#deps.pages);
    return this.#done(ctx, 'app');
  });

  #posted(act: Act): Middleware {
    return (ctx, next) => postedBySignedIn(this.#deps, act)(ctx, next);
  }

  async #tell(ctx: Context, accountId: string, all: readonly Authorizations[]): Promise<void> {
    const signIns = all.flatMap((authorizations) =>
      Object.entries(authorizations).flatMap(([clientId, { sid }]) =>
        sid === undefined ? [] : [{ clientId, accountId, sid }],
      ),
    );
    await sendLogoutTokens(ctx, signIns, this.#deps.provider);
  }

  #done(ctx: Context, what: Ended): void {
    seeOther(ctx, `${ACCOUNT_PATH}?ended=${what}#${what === 'app' ? 'apps' : 'sessions'}`);
  }
}
