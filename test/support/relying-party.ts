/** An app for protocol tests: makes authorization requests and talks to the token endpoint as apps do. */
import { createHash, randomBytes } from 'node:crypto';
import got, { type Response } from 'got';
import type { TestInstallation } from './installation.ts';
import type { RegisteredMetadata } from './seed.ts';
import { newUser, type Page, type User } from './user.ts';

export const CALLBACK = 'https://app.example.com/callback';
/** Metadata of an ordinary web app. */
export const WEB_APP = {
  client_name: 'Notes',
  redirect_uris: [CALLBACK],
  grant_types: ['authorization_code', 'refresh_token'],
} as const;

export const PASSWORD = 'correct horse battery staple';

export interface AuthorizationRequest {
  readonly url: string;
  readonly verifier: string;
}

export interface TokenAnswer {
  readonly expires_in: number;
  readonly access_token: string;
  readonly refresh_token?: string;
  readonly id_token?: string;
  readonly token_type: string;
  readonly scope?: string;
  readonly error?: string;
  readonly error_description?: string;
}

export type TokenResponse = Response<TokenAnswer>;

export interface App {
  readonly client: RegisteredMetadata;
  request(parameters?: Readonly<Record<string, string>>): AuthorizationRequest;
  token(parameters: Readonly<Record<string, string>>): Promise<TokenResponse>;
  /** Any endpoint that takes this client's credentials and a form. */
  post(path: string, parameters: Readonly<Record<string, string>>): Promise<Response<Record<string, unknown>>>;
}

export function newVerifier(): { verifier: string; challenge: string } {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}

export function appOf({ issuer }: Pick<TestInstallation, 'issuer'>, client: RegisteredMetadata): App {
  async function post<T>(path: string, parameters: Readonly<Record<string, string>>): Promise<Response<T>> {
    const isPublic = client.token_endpoint_auth_method === 'none';
    return got.post(`${issuer}${path}`, {
      form: isPublic ? { client_id: client.client_id, ...parameters } : parameters,
      ...(!isPublic && {
        username: encodeURIComponent(client.client_id),
        password: encodeURIComponent(client.client_secret),
      }),
      throwHttpErrors: false,
      retry: { limit: 0 },
      responseType: 'json',
    }) as unknown as Promise<Response<T>>;
  }
  return {
    client,
    request(parameters = {}) {
      const { verifier, challenge } = newVerifier();
      const query = new URLSearchParams({
        client_id: client.client_id,
        response_type: 'code',
        redirect_uri: CALLBACK,
        scope: 'openid profile email',
        state: randomBytes(8).toString('hex'),
        code_challenge: challenge,
        code_challenge_method: 'S256',
        ...parameters,
      });
      return { url: `${issuer}/auth?${query}`, verifier };
    },
    token: (parameters) => post<TokenAnswer>('/token', parameters),
    post: (path, parameters) => post<Record<string, unknown>>(path, parameters),
  };
}

/** Signs in and allows what is asked; the page returned is the app's callback. */
export async function signIn(user: User, url: string, login: string): Promise<Page> {
  let page = await user.open(url);
  if (page.body.includes('id="login-submit"'))
    page = await user.submit(page, 'login-submit', { login, password: PASSWORD });
  if (page.body.includes('id="consent-submit"')) page = await user.submit(page, 'consent-submit');
  return page;
}

export function codeOf(page: Page): string {
  const code = new URL(page.url).searchParams.get('code');
  if (code === null) throw new Error(`no code at ${page.url} (${page.status}):\n${page.body}`);
  return code;
}

export interface SignedIn {
  readonly user: User;
  readonly tokens: TokenAnswer;
  readonly code: string;
  readonly verifier: string;
}

/** The whole way from the sign-in page to tokens, for an account that exists. */
export async function obtainTokens(
  app: App,
  login: string,
  {
    user = newUser({ stopAt: CALLBACK }),
    ...parameters
  }: { user?: User; scope?: string; resource?: string; prompt?: string } = {},
): Promise<SignedIn> {
  const { url, verifier } = app.request(parameters);
  const code = codeOf(await signIn(user, url, login));
  const { statusCode, body } = await app.token({
    grant_type: 'authorization_code',
    code,
    redirect_uri: CALLBACK,
    code_verifier: verifier,
    ...(parameters.resource !== undefined && { resource: parameters.resource }),
  });
  if (statusCode !== 200) throw new Error(`the code was not accepted: ${JSON.stringify(body)}`);
  return { user, tokens: body, code, verifier };
}
