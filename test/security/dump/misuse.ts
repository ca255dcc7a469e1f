/** Secrets where they do not belong: each request is refused, and what it carried must still not be written down. */
import got, { type OptionsOfTextResponseBody } from 'got';
import { CALLBACK, PASSWORD } from '../../support/relying-party.ts';
import { newUser } from '../../support/user.ts';
import { ada, type Fixture } from './fixture.ts';
import type { SignedIn } from './sign-in-and-out.ts';

type Misuse = readonly [path: string, options: OptionsOfTextResponseBody];

function misuses({ app }: Fixture, { tokens, form }: SignedIn): readonly Misuse[] {
  const { client_id: clientId, client_secret: secret } = app.client;
  const { access_token: token, refresh_token: refreshToken } = tokens;
  const asJson = { json: { client_secret: secret, refresh_token: refreshToken } };
  return [
    [`/me?access_token=${token}`, {}],
    [`/token?refresh_token=${refreshToken}`, {}],
    [`/no/such/place/${refreshToken}`, { headers: { accept: 'text/html' } }],
    [`/interaction/${refreshToken}?client_id=${clientId}`, {}],
    [`/auth/${refreshToken}`, {}],
    [`/auth?client_id=${secret}&redirect_uri=${CALLBACK}`, {}],
    [
      `/auth?client_id=${clientId}&response_type=code&redirect_uri=${encodeURIComponent(`${CALLBACK}?code=${token}`)}`,
      {},
    ],
    [`/auth?client_id=${clientId}&request_uri=${refreshToken}`, {}],
    [`/session/end?id_token_hint=${token}`, {}],
    ['/token', { method: 'POST', ...asJson }],
    ['/token', { method: 'POST', form: { ...form, client_id: clientId, client_secret: `${secret}, mistyped` } }],
    ['/token', { method: 'POST', form, username: refreshToken, password: secret }],
    ['/token', { method: 'POST', form: { grant_type: refreshToken }, username: clientId, password: secret }],
    ['/me', { headers: { authorization: `Bearer ${refreshToken}` } }],
    [
      '/interaction/x/login',
      { method: 'POST', form: { csrf: refreshToken, login: ada.email, password: ada.password } },
    ],
    ['/interaction/x/login', { method: 'POST', json: { login: ada.email, password: PASSWORD } }],
  ];
}

export async function misuse(fixture: Fixture, signedIn: SignedIn): Promise<void> {
  const { app, wire } = fixture;
  await app.token(signedIn.form);
  await app.token({ grant_type: 'refresh_token', refresh_token: signedIn.tokens.refresh_token });
  for (const [path, options] of misuses(fixture, signedIn)) {
    await got(`${wire.address}${path}`, {
      throwHttpErrors: false,
      retry: { limit: 0 },
      ...options,
    } as OptionsOfTextResponseBody);
  }
  await newUser().open(`${wire.address}/session/end/confirm`);
}
