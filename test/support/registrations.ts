/** Apps that register themselves, and what an administrator hands out for it (RFC 7591, RFC 7592). */
import got, { type Method, type Response } from 'got';
import type { Installation } from '../../src/compose.ts';
import {
  createInitialAccessToken,
  type WantedInitialAccessToken,
} from '../../src/domain/clients/initial-access-tokens.ts';
import type { Cluster } from './cluster.ts';
import { CALLBACK } from './relying-party.ts';

export interface RegistrationAnswer extends Readonly<Record<string, unknown>> {
  readonly error?: string;
  readonly error_description?: string;
  readonly problems?: readonly { readonly member: string; readonly description: string }[];
  readonly client_id: string;
  readonly client_secret: string;
  readonly registration_access_token: string;
  readonly registration_client_uri: string;
}

export async function newInitialAccessToken(
  { issued, clock }: Installation,
  wanted: WantedInitialAccessToken = {},
): Promise<string> {
  return (await createInitialAccessToken(wanted, { issued, clock })).token;
}

export interface Asked {
  readonly method: Method;
  readonly bearer?: string | undefined;
  readonly json?: unknown;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer without a body is read as an empty object. */
export function ask(url: string, { method, bearer, headers = {}, ...content }: Asked) {
  return got<RegistrationAnswer>(url, {
    ...{ method, throwHttpErrors: false, retry: { limit: 0 }, responseType: 'json' },
    ...content,
    headers: { ...headers, ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }) },
    parseJson: (text) => (text === '' ? {} : JSON.parse(text)),
  });
}

/** What the client may send back: all that it was shown. */
export const manage = (
  { registration_client_uri: url, registration_access_token: bearer }: RegistrationAnswer,
  method: Method,
  json?: object,
): Promise<Response<RegistrationAnswer>> => ask(url, { method, bearer, json });

/** At one process or the other, by the caller's number. */
export function register(
  { processes }: Pick<Cluster, 'processes'>,
  caller: number,
  token: string,
  metadata: Readonly<Record<string, unknown>> = {},
): Promise<Response<RegistrationAnswer>> {
  const json = { client_name: 'Self-made', redirect_uris: [CALLBACK], ...metadata };
  return ask(`${processes[caller % 2]?.address}/reg`, { method: 'POST', bearer: token, json });
}
