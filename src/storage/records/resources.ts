/** Where protected resources (APIs) are kept. */
import type { Page } from '../driver.ts';
import { type CollectionDeps, EncryptedCollection, type PageOf } from '../encryption/encrypted-collection.ts';
import type { SigningAlgorithm } from './keys.ts';

/** RFC 9068 2.1 has `at+jwt`; some APIs take nothing but `JWT`. */
export const tokenTypes = ['at+jwt', 'JWT'] as const;

export type TokenType = (typeof tokenTypes)[number];

export const DEFAULT_TOKEN_TYPE: TokenType = 'at+jwt';

export interface Resource {
  /** Resource indicator: an absolute URI without fragment (RFC 8707 2). Also the `aud` of its tokens. */
  readonly identifier: string;
  readonly name?: string;
  /** Scope name to the sentence a user reads on the consent page. */
  readonly scopes: Readonly<Record<string, string>>;
  /** Of the name and of those sentences (RFC 5646). Absent where nobody has said. */
  readonly language?: string;
  readonly format: 'jwt' | 'opaque';
  readonly ttlSeconds: number;
  readonly alg: SigningAlgorithm;
  /** `typ` in the header of its JWTs. Absent: the default, in a record that is older than the member. */
  readonly tokenType?: TokenType;
  /** The level (`acr`) that a user must have signed in with before an app gets a token for it. Absent: any will do. */
  readonly minimumAcr?: string;
  /** Clients that may introspect tokens meant for this resource. */
  readonly introspectionClients: readonly string[];
}

export class ResourceStore {
  readonly #resources: EncryptedCollection<Resource, 'resources'>;

  constructor(deps: CollectionDeps) {
    this.#resources = new EncryptedCollection(deps, 'resources');
  }

  /** False when the identifier is taken. */
  create(resource: Resource): Promise<boolean> {
    return this.#resources.insert({ id: resource.identifier, value: resource });
  }

  async get(identifier: string): Promise<Resource | undefined> {
    return (await this.#resources.get(identifier))?.value;
  }

  /** By compare-and-set; undefined when there is no such resource. */
  update(identifier: string, change: (resource: Resource) => Resource): Promise<Resource | undefined> {
    return this.#resources.compareAndSet(identifier, (resource) => {
      const changed = change(resource);
      if (changed.identifier !== identifier) throw new TypeError('a resource keeps its identifier');
      return { id: identifier, value: changed };
    });
  }

  remove(identifier: string): Promise<boolean> {
    return this.#resources.remove(identifier);
  }

  list(page: Page): Promise<PageOf<Resource>> {
    return this.#resources.list(page);
  }
}
