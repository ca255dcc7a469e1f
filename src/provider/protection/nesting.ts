/**
 * How deep JSON may be nested that strangers send. oidc-provider copies and writes it by recursion, before it has looked at it:
 * some thousand levels, which fit into 8 KB, are more than the stack holds.
 */
import { type Configuration, errors, type KoaContextWithOIDC } from 'oidc-provider';
import { requestForIdToken } from '../options/id-token-claims.ts';

/** OpenID Connect for Identity Assurance asks for eight at most. */
const LEVELS_AT_MOST = 10;

/** What a text holds is no bracket. One that does not end is no JSON, which is refused elsewhere. */
const TEXT = /"(?:[^"\\]|\\.)*"?/gs;
const steps: Readonly<Record<string, number>> = { '{': 1, '[': 1, '}': -1, ']': -1 };

/** Counted in the text, so that nothing has to be built, however deep it is. */
function levelsOf(json: string): number {
  let [level, deepest] = [0, 0];
  for (const character of json.replace(TEXT, '')) {
    level += steps[character] ?? 0;
    deepest = Math.max(deepest, level);
  }
  return deepest;
}

function refuse(name: string): never {
  throw new errors.InvalidRequest(`${name} is nested deeper than ${LEVELS_AT_MOST} levels`);
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Of every authorization request, pushed and of devices too; the answer goes to the app. */
export function nestingOptions(): Pick<Configuration, 'features'> {
  const assertClaimsParameter = async (
    ctx: KoaContextWithOIDC,
    claims: { readonly userinfo?: object | undefined; readonly id_token?: object | undefined },
  ): Promise<void> => {
    if (levelsOf(String(ctx.oidc.params?.claims)) > LEVELS_AT_MOST) refuse('claims');
    // OIDC Core 5.5.1. The option takes the place of oidc-provider's own check of it.
    for (const container of ['userinfo', 'id_token'] as const) {
      const wrong = Object.values(claims[container] ?? {}).find((value) => value !== null && !isObject(value));
      if (wrong !== undefined) throw new errors.InvalidRequest(`claims.${container} members must be null or objects`);
    }
    requestForIdToken(ctx, claims);
  };
  return { features: { claimsParameter: { enabled: true, assertClaimsParameter } } };
}

/** JWTs whose contents oidc-provider copies, some before it knows who signed them. */
const copiedJwts = ['request', 'client_assertion'] as const;

/** As soon as the body was read: while oidc-provider looks for the client. */
export function refuseDeepJwts({ oidc, query }: KoaContextWithOIDC): void {
  for (const name of copiedJwts) {
    const jwt = oidc.body !== undefined && name in oidc.body ? oidc.body[name] : query[name];
    if (typeof jwt !== 'string') continue;
    const [header = '', payload = ''] = jwt.split('.', 2).map((part) => Buffer.from(part, 'base64url').toString());
    // `claims` is one level deeper in there.
    if (Math.max(levelsOf(header), levelsOf(payload)) > LEVELS_AT_MOST + 1) refuse(name);
  }
}
