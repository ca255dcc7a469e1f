/**
 * Tells clients that a session has ended without a sign-out (OIDC Back-Channel Logout 1.0): oidc-provider itself does it at a sign-out
 * alone. The session has ended already, so that no failure here keeps it alive, and a person waits for the answer: it is bounded.
 */
import type { Context } from 'koa';
import { errors } from 'oidc-provider';
import type { CurrentProvider } from '../current-provider.ts';

/** What is not begun by then is left: the client finds out at its next refresh. Each call has 2.5 seconds (oidc-provider). */
const BEGUN_WITHIN_MS = 5000;
const AT_ONCE = 20;

export interface EndedSignIn {
  readonly clientId: string;
  readonly accountId: string;
  readonly sid: string;
}

type Provider = ReturnType<CurrentProvider['current']>;
type Client = NonNullable<Awaited<ReturnType<Provider['Client']['find']>>>;

/** Not in the types of oidc-provider. */
type LogoutClient = Client & {
  readonly backchannelLogoutUri?: string;
  backchannelLogout(accountId: string, sid: string): Promise<void>;
};

async function findClient(provider: Provider, clientId: string): Promise<LogoutClient | undefined> {
  try {
    return (await provider.Client.find(clientId)) as LogoutClient | undefined;
  } catch (error) {
    // Its metadata is not valid any more: it gets no tokens either.
    if (error instanceof errors.OIDCProviderError) return undefined;
    throw error;
  }
}

export async function sendLogoutTokens(
  ctx: Context,
  ended: readonly EndedSignIn[],
  { current }: Pick<CurrentProvider, 'current'>,
): Promise<void> {
  const provider = current();
  const ids = [...new Set(ended.map(({ clientId }) => clientId))];
  const known = new Map(await Promise.all(ids.map(async (id) => [id, await findClient(provider, id)] as const)));
  const waiting = ended.filter(({ clientId }) => known.get(clientId)?.backchannelLogoutUri !== undefined);
  const deadline = AbortSignal.timeout(BEGUN_WITHIN_MS);

  async function tell({ clientId, accountId, sid }: EndedSignIn): Promise<void> {
    const client = known.get(clientId);
    try {
      deadline.throwIfAborted();
      await client?.backchannelLogout(accountId, sid);
      provider.emit('backchannel.success', ctx, client, accountId, sid);
    } catch (error) {
      provider.emit('backchannel.error', ctx, error, client, accountId, sid);
    }
  }

  const tellOneByOne = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await tell(next);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, tellOneByOne));
}
