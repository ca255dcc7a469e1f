/** What the routes work with: made once in `server.ts`. */
import type { Configuration } from 'openid-client';
import type { NotesApi } from '../notes-api.ts';
import type { VerifyLogoutToken } from '../openid/logout-token.ts';
import type { Render } from '../pages/render.ts';
import type { SessionCookie } from '../session/session-cookie.ts';
import type { Sessions } from '../session/sessions.ts';
import type { RelyingPartyOptions } from '../settings.ts';

export interface Parts {
  readonly options: RelyingPartyOptions;
  readonly findProvider: () => Promise<Configuration>;
  readonly sessions: Sessions;
  readonly cookie: SessionCookie;
  readonly notesApi: NotesApi;
  readonly verifyLogoutToken: VerifyLogoutToken;
  readonly render: Render;
}
