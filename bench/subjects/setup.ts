/** The clients, APIs and users that every subject gets, made for one run. */
import { randomBytes } from 'node:crypto';

export const CALLBACK = 'https://app.example.com/callback';
export const JWT_API = 'https://notes.example.com/';
export const OPAQUE_API = 'https://photos.example.com/';

/** The least that production allows; the bare oidc-provider's accounts are hashed at the same. */
export const BCRYPT_COST = 10;

/** Sessions, and refresh tokens, that are used side by side. */
const PEOPLE = 16;

export interface Credentials {
  readonly id: string;
  readonly secret: string;
}

export interface Fixture {
  readonly app: Credentials;
  readonly service: Credentials;
  readonly api: Credentials;
  readonly logins: readonly string[];
  readonly password: string;
}

const secret = (): string => randomBytes(32).toString('base64url');

export function newFixture(): Fixture {
  return {
    app: { id: 'bench-app', secret: secret() },
    service: { id: 'bench-service', secret: secret() },
    api: { id: 'bench-api', secret: secret() },
    logins: Array.from({ length: PEOPLE }, (_, user) => `person${user}@example.com`),
    password: secret(),
  };
}

/** In the wire's spelling, without the secret. */
export function clientMetadata({ app, service, api }: Fixture) {
  return [
    {
      client_id: app.id,
      client_secret: app.secret,
      redirect_uris: [CALLBACK],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
    },
    {
      client_id: service.id,
      client_secret: service.secret,
      redirect_uris: [],
      grant_types: ['client_credentials'],
      response_types: [],
    },
    {
      client_id: api.id,
      client_secret: api.secret,
      redirect_uris: [],
      grant_types: ['client_credentials'],
      response_types: [],
    },
  ] as const;
}

export const resources = {
  [JWT_API]: { scope: 'notes:read', format: 'jwt' },
  [OPAQUE_API]: { scope: 'photos:read', format: 'opaque' },
} as const;
