/** Apps that register themselves, and what an administrator hands out for it (RFC 7591). */
import got, { type Response } from 'got';
import type { Installation } from '../../src/compose.ts';
import { createProvider } from '../../src/provider/create-provider.ts';
import { loadChangeable } from '../../src/provider/current-provider.ts';
import type { Cluster } from './cluster.ts';
import { CALLBACK } from './relying-party.ts';

export interface RegistrationAnswer {
  readonly error?: string;
  readonly client_id: string;
  readonly client_secret: string;
  readonly registration_access_token: string;
}

const unseen = (): never => {
  throw new Error('this provider draws no pages');
};

/** Issued by oidc-provider itself, over the database that the processes share. */
export async function newInitialAccessToken({ providerDeps, ...stores }: Installation): Promise<string> {
  const pages = { languages: [], error: unseen, confirmLogout: unseen, signedOut: unseen };
  const log = { debug: unseen, info: unseen, warn: unseen, error: unseen };
  const { InitialAccessToken } = createProvider(
    providerDeps,
    { pages, log, deviceOf: unseen },
    await loadChangeable(stores),
  );
  return new InitialAccessToken().save();
}

/** At one process or the other, by the caller's number. */
export function register(
  { processes }: Cluster,
  caller: number,
  token: string,
  metadata: Readonly<Record<string, unknown>> = {},
): Promise<Response<RegistrationAnswer>> {
  return got.post<RegistrationAnswer>(`${processes[caller % 2]?.address}/reg`, {
    json: { client_name: 'Self-made', redirect_uris: [CALLBACK], ...metadata },
    headers: { authorization: `Bearer ${token}` },
    throwHttpErrors: false,
    retry: { limit: 0 },
    responseType: 'json',
  });
}
