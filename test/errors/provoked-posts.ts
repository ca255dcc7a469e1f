/** How each cause is brought about for which a request by POST, at /auth or at the sign-out endpoint, is not passed on. */
import got from 'got';
import { advance } from '../protocol/time.ts';
import type { Provocations, Provoke } from './provoked-requests.ts';
import { browse, call } from './told.ts';

type Fields = Readonly<Record<string, string>>;

const posting =
  (path: string, form: Fields, headers: Fields = {}): Provoke =>
  ({ latchkey: { issuer } }) =>
    call(`${issuer}${path}`, { method: 'POST', form, headers });

export const provokedPosts: Provocations = {
  'invalid_request#posted-too-long': posting('/auth', { state: 's'.repeat(7000) }),
  'invalid_request#posted-sign-out-too-long': posting('/session/end', { state: 's'.repeat(7000) }),
  'invalid_request#posted-query': posting('/auth?state=s', { client_id: 'a' }),
  'invalid_request#posted-reserved': posting('/session/end', { posted: 'a' }),
  'invalid_request#posted-expired': async ({ newApp, latchkey: { issuer } }) => {
    const form = Object.fromEntries(new URL((await newApp()).request({ id_token_hint: 'a.b.c' }).url).searchParams);
    const { headers } = await got.post(`${issuer}/auth`, { form, followRedirect: false });
    advance(61);
    return browse(String(headers.location));
  },
  'invalid_request#form-charset': posting(
    '/auth',
    { client_id: 'a' },
    { 'content-type': 'application/x-www-form-urlencoded; charset=iso-8859-1' },
  ),
  'invalid_request#form-compressed': posting('/auth', { client_id: 'a' }, { 'content-encoding': 'gzip' }),
};
