/**
 * What JSON that strangers send may be like: how deep, because oidc-provider copies and writes it by recursion before it has
 * looked at it, and some thousand levels, which fit into 8 KB, are more than the stack holds; and of what it can make a text.
 */
import { errors, type KoaContextWithOIDC } from 'oidc-provider';

/** OpenID Connect for Identity Assurance asks for eight at most. */
const LEVELS_AT_MOST = 10;

/** What a text holds is no bracket. One that does not end is no JSON, which is refused elsewhere. */
const TEXT = /"(?:[^"\\]|\\.)*"?/gs;
const steps: Readonly<Record<string, number>> = { '{': 1, '[': 1, '}': -1, ']': -1 };

/** Counted in the text, so that nothing has to be built, however deep it is. */
export function levelsOf(json: string): number {
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

/** `name` is what the error calls it: the body of a registration, or the parameter `claims` of any authorization request. */
export function refuseDeep(json: string, name: 'the body' | 'claims'): void {
  if (levelsOf(json) > LEVELS_AT_MOST) refuse(name);
}

/** JWTs whose contents oidc-provider copies, some before it knows who signed them. */
const copiedJwts = ['request', 'client_assertion'] as const;

/** A member that hides what every object has, such as `{"toString":1}`, throws where a text is made of it. */
function isWritable(value: unknown): boolean {
  try {
    return String(value) !== undefined;
  } catch {
    return false;
  }
}

/** What is no JSON is refused elsewhere. */
function hasUnwritableMember(json: string): boolean {
  try {
    return !Object.values((JSON.parse(json) as object | null) ?? {}).every(isWritable);
  } catch {
    return false;
  }
}

/** As soon as the body was read: while oidc-provider looks for the client. */
export function refuseMalformedJwts({ oidc, query }: KoaContextWithOIDC): void {
  for (const name of copiedJwts) {
    const jwt = oidc.body !== undefined && name in oidc.body ? oidc.body[name] : query[name];
    if (typeof jwt !== 'string') continue;
    const [header = '', payload = ''] = jwt.split('.', 2).map((part) => Buffer.from(part, 'base64url').toString());
    // `claims` is one level deeper in there.
    if (Math.max(levelsOf(header), levelsOf(payload)) > LEVELS_AT_MOST + 1) refuse(name);
    if (name === 'request' && hasUnwritableMember(payload))
      throw new errors.InvalidRequestObject('a parameter in the request object is not a text');
  }
}
