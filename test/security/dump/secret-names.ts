/** Which names on the wire stand for secrets and which do not; a name that is in neither list is an error. */
import type { SeenValue } from './seen-values.ts';

const publicNames = [
  // The id, as "sub" below.
  'account',
  'acr',
  'active',
  // How a code is sent: mail or phone.
  'channel',
  'again',
  'aud',
  'client_assertion_type',
  'client_id',
  'code_challenge_method',
  'error',
  'error_description',
  'error_uri',
  'grant_type',
  'iss',
  'logout',
  'level',
  'mail',
  'method',
  'post_logout_redirect_uri',
  'prompt',
  'redirect_uri',
  'remember',
  'remember_device',
  'resource',
  'response_type',
  'scope',
  'section',
  'status',
  // How strong a new password is: one of four words.
  'strength',
  // The account's id: random, and the plain reference by which an operator finds what belongs to somebody.
  'sub',
  'token_type',
  'token_type_hint',
  'understood',
  // Of the key for an authenticator app, beside its secret.
  'algorithm',
  'digits',
  'issuer',
  'period',
] as const;

export const secretNames = [
  'access_token',
  'authorization',
  'client_assertion',
  'client_secret',
  'code',
  'code_challenge',
  'code_verifier',
  'cookie',
  'csrf',
  'dpop',
  'dpop-nonce',
  'id_token',
  'id_token_hint',
  'jkt',
  'jti',
  'login',
  'login_hint',
  'logout_token',
  'nonce',
  'passkey',
  'password',
  'path',
  'proposal',
  'refresh_token',
  'request_uri',
  // Of an authenticator app.
  'secret',
  'sid',
  'sign_in',
  'state',
  'token',
  'xsrf',
  // Of somebody's browser: kept with the session.
  'user-agent',
  // Personal claims.
  'email',
  'formatted',
  'name',
  'phone_number',
  'preferred_username',
  'username',
] as const;

const has = (names: readonly string[], name: string): boolean => names.includes(name);

/** RFC 9126 2.2: what follows the prefix is the reference. */
const withoutPrefix = (value: string): string => value.replace(/^urn:ietf:params:oauth:request_uri:/, '');

export function secretsAmong(seen: readonly SeenValue[]): SeenValue[] {
  const unknown = seen.find(({ name }) => !has(publicNames, name) && !has(secretNames, name));
  if (unknown !== undefined) throw new Error(`is ${unknown.name} a secret? It went over the wire`);
  return (
    seen
      .filter(({ name }) => has(secretNames, name))
      // Of an authenticator app: used up as it goes over the wire, and too short to be told from any number.
      .filter(({ name, value }) => name !== 'code' || !/^\d{6}$/.test(value))
      .map(({ name, value }) => ({ name, value: withoutPrefix(value) }))
  );
}
