/**
 * What an API imports to check access tokens: `import { protectResource } from '@latchkey/resource-server'`.
 *
 * With Koa: `protectResource` and `serveResourceMetadata`. With anything else: `createAccessTokenVerifier`, and answer
 * with what its `AccessTokenError` holds; `protectedResourceMetadata` makes the document to serve.
 */
// biome-ignore-all lint/performance/noBarrelFile: this file is the one door of the published export.
export type { AccessToken } from './access-token.ts';
export { AccessTokenError } from './access-token-error.ts';
export { type AccessTokenVerifier, createAccessTokenVerifier, type RequestDemands } from './access-token-verifier.ts';
export {
  type AccessTokenState,
  type MetadataMiddleware,
  type ProtectionOptions,
  protectResource,
  type ResourceProtection,
  serveResourceMetadata,
} from './koa.ts';
export {
  type ProtectedResourceMetadata,
  protectedResourceMetadata,
  type ResourceDescription,
} from './resource-metadata.ts';
export type { AccessTokenErrorCode, AccessTokenErrorReason } from './token-fault.ts';
export type { AccessTokenVerifierOptions, SignatureAlgorithm, TokenType } from './verifier-options.ts';
