/** The steps of a sign-in, the same for every subject: the forms are read from its pages. */
import { createHash, randomBytes } from 'node:crypto';
import type { Dispatcher } from 'undici';
import { type Answer, type Browser, pathOf } from './browser.ts';
import { CALLBACK, type Credentials, type Fixture } from './subjects/setup.ts';

export interface AuthorizationRequest {
  readonly path: string;
  readonly verifier: string;
}

const unescapeHtml = (text: string): string => text.replaceAll('&amp;', '&').replaceAll('&quot;', '"');

export function authorizationRequest(
  { app }: Fixture,
  parameters: Readonly<Record<string, string>>,
): AuthorizationRequest {
  const verifier = randomBytes(32).toString('base64url');
  const query = new URLSearchParams({
    client_id: app.id,
    response_type: 'code',
    redirect_uri: CALLBACK,
    state: randomBytes(8).toString('hex'),
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...parameters,
  });
  return { path: `/auth?${query}`, verifier };
}

/** Sends the first form of a page, with its hidden field and ticked boxes. */
function submit(browser: Browser, { body }: Answer, fields: Readonly<Record<string, string>>): Promise<Answer> {
  const [form = ''] = /<form[\s\S]*?<\/form>/.exec(body) ?? [];
  const action = unescapeHtml(/action="([^"]*)"/.exec(form)?.[1] ?? '');
  const sent = new URLSearchParams(fields);
  const csrf = /name="csrf" value="([^"]*)"/.exec(form)?.[1];
  if (csrf !== undefined) sent.append('csrf', csrf);
  for (const [, name = '', value = ''] of form.matchAll(/type="checkbox" name="([^"]*)" value="([^"]*)" checked/g))
    sent.append(name, unescapeHtml(value));
  return browser.post(pathOf(action), sent);
}

export function codeIn({ status, location, body }: Answer): string {
  const code = location.startsWith(CALLBACK) ? new URL(location).searchParams.get('code') : null;
  if (code === null) throw new Error(`no code: ${status} ${location}\n${body.slice(0, 2000)}`);
  return code;
}

/** From the app's first redirect to the code: login page, password, and consent where it is asked for. */
export async function signIn(browser: Browser, path: string, login: string, password: string): Promise<string> {
  let answer = await browser.get(path);
  for (const fields of [{ login, password }, {}]) {
    if (answer.location.startsWith(CALLBACK)) break;
    const page = await browser.get(pathOf(answer.location));
    const done = await submit(browser, page, fields);
    answer = await browser.get(pathOf(done.location));
  }
  return codeIn(answer);
}

export interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
}

export async function postForm<T>(
  connections: Dispatcher,
  { path, client, form }: { path: string; client: Credentials; form: Readonly<Record<string, string>> },
): Promise<T> {
  const { statusCode, body } = await connections.request({
    method: 'POST',
    path,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString('base64')}`,
    },
    body: new URLSearchParams(form).toString(),
  });
  const text = await body.text();
  if (statusCode !== 200) throw new Error(`${path}: ${statusCode} ${text}`);
  return JSON.parse(text) as T;
}

export function redeem(
  connections: Dispatcher,
  { app }: Fixture,
  { code, verifier, resource }: { code: string; verifier: string; resource?: string },
): Promise<Tokens> {
  const proof = { code, code_verifier: verifier, redirect_uri: CALLBACK, ...(resource !== undefined && { resource }) };
  return postForm(connections, { path: '/token', client: app, form: { grant_type: 'authorization_code', ...proof } });
}
