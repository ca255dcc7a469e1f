/** oidc-provider without Latchkey: its in-memory adapter, our options as far as they cost time, and minimal pages. */
import { randomBytes } from 'node:crypto';
import { flushCompileCache } from 'node:module';
import bcrypt from 'bcrypt';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import Provider, { type Configuration, errors } from 'oidc-provider';
import { countedMemoryAdapter } from './counted-memory-adapter.ts';
import { BCRYPT_COST, clientMetadata, type Fixture, resources } from './setup.ts';
import { toyPages } from './toy-pages.ts';

const fixture = JSON.parse(process.env.BENCH_FIXTURE ?? '') as Fixture;
const passwordHash = await bcrypt.hash(fixture.password, BCRYPT_COST);

async function signingKey(alg: 'ES256' | 'RS256'): Promise<JWK> {
  const { privateKey } = await generateKeyPair(alg, { extractable: true, modulusLength: 2048 });
  return { ...(await exportJWK(privateKey)), alg, use: 'sig', kid: alg };
}

const cookie = { httpOnly: true, sameSite: 'lax', signed: true } as const;

const configuration: Configuration = {
  adapter: await countedMemoryAdapter(),
  jwks: { keys: [await signingKey('ES256'), await signingKey('RS256')] as never },
  clients: clientMetadata(fixture).map((metadata) => ({ ...metadata })) as never,
  responseTypes: ['code'],
  scopes: ['openid', 'offline_access'],
  claims: { openid: ['sub'], email: ['email', 'email_verified'] },
  cookies: { keys: [randomBytes(32).toString('base64url')], long: cookie, short: cookie },
  pkce: { required: () => true },
  rotateRefreshToken: true,
  issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token'),
  findAccount: async (_ctx, id) => ({
    accountId: id,
    claims: () => ({ sub: id, email: id, email_verified: true }),
  }),
  interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
  ttl: {
    AccessToken: 600,
    AuthorizationCode: 60,
    ClientCredentials: 600,
    Grant: 14 * 86_400,
    IdToken: 600,
    Interaction: 3600,
    RefreshToken: 14 * 86_400,
    Session: 14 * 86_400,
  },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true, allowedPolicy: async () => true },
    revocation: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: async (_ctx, _client, oneOf) => oneOf ?? [],
      useGrantedResource: async () => false,
      async getResourceServerInfo(_ctx, identifier) {
        const found = Object.entries(resources).find(([known]) => known === identifier)?.[1];
        if (found === undefined) throw new errors.InvalidTarget();
        const { scope, format } = found;
        const jwt = format === 'jwt' && { jwt: { sign: { alg: 'ES256' as const } } };
        return { scope, audience: identifier, accessTokenTTL: 600, accessTokenFormat: format, ...jwt };
      },
    },
  },
};

const provider = new Provider(`http://127.0.0.1:${process.env.PORT}`, configuration);
provider.use(toyPages(provider, { logins: fixture.logins, passwordHash }));
provider.listen(Number(process.env.PORT), '127.0.0.1');
// As Latchkey does; without a folder for compiled code it does nothing.
flushCompileCache();
