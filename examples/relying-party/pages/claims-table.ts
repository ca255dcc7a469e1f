/** Turns a JWT into rows that people can read: each claim, its value, and what it is for. */
import { decodeJwt, decodeProtectedHeader } from 'jose';

export interface ClaimRow {
  readonly name: string;
  readonly value: string;
  readonly meaning: string;
}

export interface DecodedToken {
  readonly header: readonly ClaimRow[];
  readonly claims: readonly ClaimRow[];
}

const meanings: Readonly<Record<string, string>> = {
  alg: 'How it is signed',
  typ: 'What kind of token it is',
  kid: 'Which of the provider’s public keys checks the signature',
  iss: 'Who issued it',
  sub: 'Who it is about: an identifier that never changes',
  aud: 'Whom it is meant for; anybody else must refuse it',
  exp: 'When it ends',
  iat: 'When it was issued',
  nbf: 'Not good before this time',
  auth_time: 'When you last proved that you are you',
  acr: 'How strong that proof was',
  amr: 'How you proved it',
  nonce: 'Ties it to the sign-in that this app started',
  at_hash: 'Ties it to the access token that came along',
  s_hash: 'Ties it to the state that this app sent',
  sid: 'Your session at the provider',
  jti: 'The number of this very token',
  client_id: 'The app it was issued to',
  scope: 'What it allows',
  azp: 'The app it was issued to',
  name: 'Your name',
  email: 'Your e-mail address',
  email_verified: 'Whether the provider has checked the address',
  preferred_username: 'The name you go by',
};

const times: ReadonlySet<string> = new Set(['exp', 'iat', 'nbf', 'auth_time', 'updated_at']);

/** For display only: a token must be verified before it is relied on, as the sign-in and the API do. */
export function decodeToken(token: string): DecodedToken {
  return { header: claimRows(decodeProtectedHeader(token)), claims: claimRows(decodeJwt(token)) };
}

export function claimRows(claims: object): readonly ClaimRow[] {
  return Object.entries(claims).map(([name, value]) => ({
    name,
    value: readable(name, value),
    meaning: meanings[name] ?? '',
  }));
}

function readable(name: string, value: unknown): string {
  if (times.has(name) && typeof value === 'number') {
    return `${value} (${new Date(value * 1000).toISOString().replace('T', ' ').slice(0, 19)} UTC)`;
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}
