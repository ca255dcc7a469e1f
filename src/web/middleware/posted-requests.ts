/**
 * Requests that apps send by POST (OIDC Core 3.1.2.1, RP-Initiated Logout 2). They are answered with the same request by GET, because
 * with a POST from another site no cookie of ours comes (SameSite=Lax). Nothing is looked up, decided or stored here.
 *
 * Whoever posts an ID token keeps it out of addresses, which logs and histories remember. So what is one, or may hold one, goes on
 * encrypted, for a minute, and beside these other parameters alone. Not in a cookie: that holds 4 KB at most, the last of several
 * tabs would win, and any page could fill the browser with them. What comes out is a hint as any other, which oidc-provider verifies.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Context, Middleware } from 'koa';
import type { Clock } from '../../ports/clock.ts';
import { paths } from '../../provider/routes.ts';
import { CannotDecrypt, type KeyRing } from '../../storage/encryption/key-ring.ts';
import { readFields } from '../forms/read-form.ts';

type Endpoint = 'authorization' | 'end_session';

/**
 * The same request by GET, as it would be without encryption: whoever posts can count that. Encrypted, secrets are written in a third
 * more characters, and deflating takes that off again: an address has at most 66 different ones, six bits each. So no address is longer
 * than 6.5 KB, and proxies take 8 (nginx: `large_client_header_buffers`), Node 16.
 */
const REQUEST_AT_MOST_BYTES = 6 * 1024;
const READABLE_SECONDS = 60;
const TIME_BYTES = 8;

/** A request object may hold a hint as well. */
const secretNames: ReadonlySet<string> = new Set(['id_token_hint', 'request']);
/** The parameter that holds them encrypted. */
const POSTED = 'posted';

const LIMIT = `what is sent here by POST makes an address of at most ${REQUEST_AT_MOST_BYTES} bytes`;
const tooLong: Readonly<Record<Endpoint, string>> = {
  authorization: `${LIMIT}; send longer ones as pushed authorization requests (RFC 9126)`,
  end_session: `${LIMIT}; signing out works without id_token_hint too, with client_id`,
};

interface PostedRequestsDeps {
  readonly issuer: string;
  readonly ring: Pick<KeyRing, 'encrypt' | 'decrypt'>;
  readonly clock: Clock;
}

export class PostedRequests {
  readonly #deps: PostedRequestsDeps;

  constructor(deps: PostedRequestsDeps) {
    this.#deps = deps;
  }

  toGet(endpoint: Endpoint): Middleware {
    return async (ctx) => {
      const refuseLong = (): never => ctx.throw(400, tooLong[endpoint]);
      // Both would count at a GET, and here oidc-provider reads only one: neither is dropped, and neither hides the other.
      if (ctx.querystring !== '') ctx.throw(400, 'the parameters of a POST are in its body, and none in its address');
      const fields = isEmpty(ctx) ? new URLSearchParams() : await readFields(ctx, refuseLong);
      if (fields.has(POSTED)) ctx.throw(400, `the parameter ${POSTED} is for addresses of ours`);
      const address = new URL(paths[endpoint], this.#deps.issuer);
      address.search = fields.toString();
      if (address.href.length > REQUEST_AT_MOST_BYTES) refuseLong();
      address.search = this.#withoutSecrets(endpoint, fields).toString();
      ctx.status = 303;
      ctx.set('Location', address.href);
      ctx.set('Cache-Control', 'no-store');
    };
  }

  /** Of the address that it was answered with: what was encrypted is a parameter again. */
  restore(endpoint: Endpoint): Middleware {
    return (ctx, next) => {
      const query = new URLSearchParams(ctx.querystring);
      const encrypted = query.getAll(POSTED);
      if (encrypted.length === 0) return next();
      query.delete(POSTED);
      const secrets =
        encrypted.length === 1 ? this.#decrypt(String(encrypted[0]), contextOf(endpoint, query)) : undefined;
      // Without the hint anybody might sign in. To sign out works without: the user is asked, and the page may be loaded again later.
      if (secrets === undefined && endpoint === 'authorization')
        ctx.throw(400, 'this address could be used for a minute: go back to the app and begin again');
      for (const [name, value] of secrets ?? []) query.append(name, value);
      ctx.querystring = query.toString();
      return next();
    };
  }

  #withoutSecrets(endpoint: Endpoint, fields: URLSearchParams): URLSearchParams {
    const plain = [...fields].filter(([name]) => !secretNames.has(name));
    const secrets = new URLSearchParams([...fields].filter(([name]) => secretNames.has(name)));
    const query = new URLSearchParams(plain);
    if (secrets.size === 0) return query;
    const { ring, clock } = this.#deps;
    const readableUntil = Buffer.alloc(TIME_BYTES);
    readableUntil.writeDoubleBE(clock.now() + READABLE_SECONDS * 1000);
    // What stands beside the secrets is not deflated with them: by the length, whoever chose it could guess at them.
    const content = Buffer.concat([readableUntil, deflateRawSync(secrets.toString(), { level: 9 })]);
    const encrypted = ring.encrypt(content, contextOf(endpoint, query));
    query.append(POSTED, Buffer.from(encrypted).toString('base64url'));
    return query;
  }

  #decrypt(encrypted: string, context: string): URLSearchParams | undefined {
    const { ring, clock } = this.#deps;
    try {
      const content = Buffer.from(ring.decrypt(Buffer.from(encrypted, 'base64url'), context));
      if (clock.now() >= content.readDoubleBE()) return undefined;
      const secrets = inflateRawSync(content.subarray(TIME_BYTES), { maxOutputLength: REQUEST_AT_MOST_BYTES });
      return new URLSearchParams(secrets.toString());
    } catch (error) {
      if (error instanceof CannotDecrypt) return undefined;
      throw error;
    }
  }
}

/** They are of this request, and no part of another. */
function contextOf(endpoint: Endpoint, others: URLSearchParams): string {
  return `posted request\0${endpoint}\0${others}`;
}

/** A request without any parameter, which need not say how they are written. */
function isEmpty(ctx: Context): boolean {
  return ctx.get('Content-Type') === '' && ctx.get('Transfer-Encoding') === '' && !ctx.request.length;
}
