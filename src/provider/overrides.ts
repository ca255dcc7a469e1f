/** What is replaced of oidc-provider because no option exists for it. */
import { decodeProtectedHeader } from 'jose';
import type Provider from 'oidc-provider';
import { clientSecretHash } from '../domain/clients/secrets.ts';
import { isSameSecret } from '../domain/constant-time.ts';
import type { KeyedHash } from '../storage/encryption/keyed-hash.ts';
import type { IssuedStore } from '../storage/issued/tokens.ts';
import { signingAlgorithms } from '../storage/records/keys.ts';
import { SECRET_HASH_SEPARATOR } from './adapter/clients.ts';
import type { MetadataDocuments } from './metadata-documents/metadata-documents.ts';
import { mayBeSentSignedOut } from './metadata-documents/unvouched.ts';
import type { RequestedClaim } from './options/claims-parameter.ts';
import { clockToleranceSeconds } from './options/lifetimes.ts';
import { leaveOutScopesOfOthers } from './policy/chosen-scopes.ts';
import { statedLevel } from './policy/demanded-level.ts';
import { applyDefaultScope } from './policy/requested-scope.ts';
import type { FailedClients } from './protection/failed-clients.ts';
import type { AdmitVisitor } from './protection/visitor-budgets.ts';
import { authenticatingRoutes, currentContext, isFromDocument } from './request.ts';

interface ClientPayload {
  readonly clientId: string;
  readonly clientSecret?: string;
}

/** All that oidc-provider reads of the client whose ID token it verifies. */
interface HintedClient {
  readonly clientId: string;
  readonly idTokenSignedResponseAlg: string;
}

type IdTokenPayload = Readonly<Record<string, unknown>>;

interface IdToken {
  /** What the request asked for of single claims (OIDC Core 5.5.1). */
  readonly mask?: Readonly<Record<string, RequestedClaim | null>>;
}

interface Session {
  /** Absent while it was never stored. */
  readonly exp?: number;
}

interface Overridable {
  readonly Session: { readonly prototype: Session & { persist: () => Promise<unknown> } };
  readonly IdToken: {
    validate: (hint: string, client: HintedClient) => Promise<unknown>;
    readonly prototype: IdToken & { payload: () => Promise<IdTokenPayload> };
  };
  readonly ReplayDetection: { unique: (issuer: string, jti: string, exp: number) => Promise<boolean> };
  readonly Client: {
    find: (id: string) => Promise<unknown>;
    readonly prototype: ClientPayload & {
      compareClientSecret: (presented: string) => boolean;
      responseTypeAllowed: (type: string) => boolean;
      grantTypeAllowed: (type: string) => boolean;
      postLogoutRedirectUriAllowed: (uri: string) => boolean;
    };
  };
}

interface OverrideDeps {
  readonly issued: IssuedStore;
  readonly keyedHash: KeyedHash;
  readonly failedClients: Pick<FailedClients, 'compare'>;
  readonly admit: AdmitVisitor;
  readonly documents: Pick<MetadataDocuments, 'errorOf'>;
}

export function overrideProvider(
  provider: Provider,
  { issued, keyedHash, failedClients, admit, documents }: OverrideDeps,
): void {
  const { ReplayDetection, Client, IdToken, Session } = provider as unknown as Overridable;

  // oidc-provider reads, then writes: two requests with one `jti` would both pass (RFC 7523 3, RFC 9449 11.1).
  ReplayDetection.unique = async (issuer, jti, exp) => {
    // Of a pushed request the id of its DPoP proof is stored before the request itself is: no more of them than of those.
    const { route, client } = currentContext()?.oidc ?? {};
    if (route === 'pushed_authorization_request') await admit('pushedRequest');
    // Anybody can publish a document with a key, and sign as many assertions as they like.
    else if (client !== undefined && isFromDocument(client) && authenticatingRoutes.has(route ?? ''))
      await admit('documentAssertion');
    return issued.firstSeen(`${issuer}\0${jti}`, (exp + clockToleranceSeconds) * 1000);
  };

  // oidc-provider compares plain secrets; ours are kept as keyed hashes, several at once during a rotation.
  Client.prototype.compareClientSecret = function compareClientSecret(this: ClientPayload, presented) {
    return failedClients.compare(this.clientId, () => {
      const accepted = this.clientSecret?.split(SECRET_HASH_SEPARATOR) ?? [];
      const hash = clientSecretHash(keyedHash, presented);
      return accepted.some((known) => isSameSecret(known, hash));
    });
  };
  // A client_id that is the address of a metadata document: oidc-provider has one sentence for all that can be wrong with it.
  const { find } = Client;
  Client.find = async (id) => {
    try {
      return await Reflect.apply(find, Client, [id]);
    } catch (error) {
      throw await documents.errorOf(id, error);
    }
  };

  // No option is asked between a request object that was read and the scope that is judged. These are the only calls of ours in there.
  const { responseTypeAllowed, grantTypeAllowed } = Client.prototype;
  Client.prototype.responseTypeAllowed = function applyDefaultScopeFirst(this: ClientPayload, type) {
    const ctx = currentContext();
    if (ctx !== undefined) applyDefaultScope(ctx);
    return Reflect.apply(responseTypeAllowed, this, [type]);
  };
  Client.prototype.grantTypeAllowed = function leaveOutScopesOfDevices(this: ClientPayload, type) {
    const ctx = currentContext();
    if (ctx?.oidc.route === 'device_authorization') leaveOutScopesOfOthers(ctx);
    return Reflect.apply(grantTypeAllowed, this, [type]);
  };

  // The last call of ours before oidc-provider keeps the address in the session.
  const { postLogoutRedirectUriAllowed } = Client.prototype;
  Client.prototype.postLogoutRedirectUriAllowed = function leaveOutUnvouched(this: ClientPayload, uri) {
    const ctx = currentContext();
    const isAllowed: boolean = Reflect.apply(postLogoutRedirectUriAllowed, this, [uri]);
    if (isAllowed && ctx?.oidc.route === 'end_session' && !mayBeSentSignedOut(ctx)) {
      const parameters: { post_logout_redirect_uri?: unknown } = ctx.oidc.params ?? {};
      parameters.post_logout_redirect_uri = undefined;
    }
    return isAllowed;
  };

  // oidc-provider would write the level of the sign-in, whatever values of `acr` were requested.
  const { payload } = IdToken.prototype;
  IdToken.prototype.payload = async function withStatedLevel(this: IdToken) {
    const claims: IdTokenPayload = await Reflect.apply(payload, this, []);
    return claims.acr === undefined ? claims : { ...claims, acr: statedLevel(claims.acr, this.mask?.acr) };
  };

  // oidc-provider holds a hint to the algorithm that its client is registered for now. It may have had another one when it was issued.
  const { validate } = IdToken;
  IdToken.validate = async function ofAnyOfOurAlgorithms(hint, { clientId }) {
    const { alg, typ } = decodeProtectedHeader(hint);
    const idTokenSignedResponseAlg = signingAlgorithms.find((known) => known === alg);
    // What else we sign says by `typ` that it is something else, or has no subject (JARM). Our ID tokens never had one.
    if (idTokenSignedResponseAlg === undefined || typ !== undefined) throw new Error('it is no ID token of ours');
    return Reflect.apply(validate, IdToken, [hint, { clientId, idTokenSignedResponseAlg }]);
  };
  // A page for an error of the device flow touches the session of who has none, when it is too late to give a cookie for it.
  const { persist } = Session.prototype;
  Session.prototype.persist = async function onlyWhatWasStored(this: Session) {
    return this.exp === undefined ? undefined : Reflect.apply(persist, this, []);
  };
}
