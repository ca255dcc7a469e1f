/**
 * One registered redirect URI for preview deployments. A preview begins its sign-in here, with a PKCE challenge whose verifier
 * it keeps; the code comes here and is forwarded to that preview, which redeems it.
 *
 * 1. `/start?preview=ORIGIN&state=...&nonce=...&code_challenge=...` sends the browser to the provider.
 * 2. `/callback` sends the answer on to `ORIGIN/callback`.
 *
 * An answer leaves for no other place: the preview must be on the list at both steps, as it is written there, and the state
 * that names it is signed, expires, and counts in the browser that it was made for only.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';

export interface PreviewCallbackSettings {
  readonly issuer: string;
  readonly clientId: string;
  /** The origin of this program, without a slash at the end; `BASE_URL/callback` is the client's redirect URI. */
  readonly baseUrl: string;
  /** Signs states: 32 random bytes. */
  readonly key: Buffer;
  /** Origins of the previews that there are now, such as `https://pr-42.preview.example.com`. */
  readonly previews: () => readonly string[];
}

const STATE_SECONDS = 600;
const MAX_STATE_CHARACTERS = 512;
/** What a preview may say of its request; everything else is said here. */
const FROM_PREVIEW = ['scope', 'nonce', 'prompt', 'login_hint', 'ui_locales', 'code_challenge'] as const;
const FROM_PROVIDER = ['code', 'error', 'error_description', 'error_uri', 'iss'] as const;

interface State {
  readonly preview: string;
  /** The preview's own, which it checks itself. */
  readonly state: string;
  readonly expiresAt: number;
}

class Refused extends Error {}

export function createPreviewCallback(settings: PreviewCallbackSettings): RequestListener {
  const { issuer, clientId, baseUrl, key, previews } = settings;
  if (!/^https?:/.test(baseUrl) || URL.parse(baseUrl)?.origin !== baseUrl)
    throw new Error(
      'BASE_URL: an origin such as https://callback.preview.example.com, without a path or a slash at the end',
    );
  const isSecure = baseUrl.startsWith('https:');
  const cookieName = isSecure ? '__Host-preview-browser' : 'preview-browser';

  // The browser is part of what is signed, and not of what is sent.
  const signatureOf = (payload: string, browser: string): Buffer =>
    createHmac('sha256', key).update(`${browser}.${payload}`).digest();

  function sign(state: State, browser: string): string {
    const payload = Buffer.from(JSON.stringify(state)).toString('base64url');
    return `${payload}.${signatureOf(payload, browser).toString('base64url')}`;
  }

  function verify(text: string, browser: string | undefined): State {
    const [payload = '', signature = ''] = text.split('.');
    const given = Buffer.from(signature, 'base64url');
    const wanted = signatureOf(payload, browser ?? '');
    if (browser === undefined || given.length !== wanted.length || !timingSafeEqual(given, wanted))
      throw new Refused('the state is not of this browser');
    const state = JSON.parse(Buffer.from(payload, 'base64url').toString()) as State;
    if (state.expiresAt < Date.now()) throw new Refused('the sign-in took too long');
    return state;
  }

  // As it is written on the list: a comparison of texts can be read in no two ways, unlike an address.
  function listed(preview: string): string {
    if (!previews().includes(preview)) throw new Refused('there is no such preview');
    return preview;
  }

  const browserOf = ({ headers: { cookie = '' } }: IncomingMessage): string | undefined =>
    new RegExp(`(?:^|; )${cookieName}=([\\w-]{43})(?:;|$)`).exec(cookie)?.[1];

  function start(request: IncomingMessage, response: ServerResponse, query: URLSearchParams): string {
    const preview = listed(query.get('preview') ?? '');
    const state = query.get('state') ?? '';
    if (state === '' || state.length > MAX_STATE_CHARACTERS || !query.get('code_challenge'))
      throw new Refused('a preview sends a state, and a code_challenge whose verifier it keeps');
    const browser = browserOf(request) ?? randomBytes(32).toString('base64url');
    const attributes = `Path=/; HttpOnly; SameSite=Lax; Max-Age=${STATE_SECONDS}${isSecure ? '; Secure' : ''}`;
    response.setHeader('set-cookie', `${cookieName}=${browser}; ${attributes}`);
    const asked = FROM_PREVIEW.flatMap((name) => (query.get(name) ? [[name, query.get(name) ?? '']] : []));
    const parameters = new URLSearchParams({
      ...Object.fromEntries(asked),
      client_id: clientId,
      redirect_uri: `${baseUrl}/callback`,
      response_type: 'code',
      code_challenge_method: 'S256',
      state: sign({ preview, state, expiresAt: Date.now() + STATE_SECONDS * 1000 }, browser),
    });
    return `${issuer}/auth?${parameters}`;
  }

  function callback(request: IncomingMessage, query: URLSearchParams): string {
    // RFC 9207 2.4: of another provider it would be another provider's code.
    if (query.get('iss') !== issuer) throw new Refused('this is no answer of the provider');
    const { preview, state } = verify(query.get('state') ?? '', browserOf(request));
    const answer = FROM_PROVIDER.flatMap((name) => (query.get(name) ? [[name, query.get(name) ?? '']] : []));
    return `${listed(preview)}/callback?${new URLSearchParams({ ...Object.fromEntries(answer), state })}`;
  }

  return (request, response) => {
    response.setHeader('cache-control', 'no-store');
    response.setHeader('referrer-policy', 'no-referrer');
    try {
      const { pathname, searchParams } = new URL(`${baseUrl}${request.url}`);
      if (request.method !== 'GET') throw new Refused('GET only');
      if (pathname === '/start') response.setHeader('location', start(request, response, searchParams));
      else if (pathname === '/callback') response.setHeader('location', callback(request, searchParams));
      else throw new Refused('there is nothing here');
      response.writeHead(303).end();
    } catch (error) {
      response.writeHead(error instanceof Refused ? 400 : 500, { 'content-type': 'text/plain; charset=utf-8' });
      response.end(
        error instanceof Refused ? `This sign-in cannot go on: ${error.message}.\n` : 'Something went wrong.\n',
      );
    }
  };
}

if (import.meta.main) {
  const { ISSUER = '', CLIENT_ID = '', BASE_URL = '', STATE_KEY = '', PREVIEWS = '', PORT = '4100' } = process.env;
  const key = Buffer.from(STATE_KEY, 'base64url');
  if (key.length < 32) throw new Error('STATE_KEY: 32 random bytes in base64url');
  const previews = PREVIEWS.split(/[\s,]+/).filter((origin) => origin !== '');
  const settings = { issuer: ISSUER, clientId: CLIENT_ID, baseUrl: BASE_URL, key, previews: () => previews };
  createServer(createPreviewCallback(settings)).listen(Number(PORT), '127.0.0.1');
}
