/** Where protected resources (APIs) are kept. */
import type { Page, Records } from '../driver.ts';
import { encryptedCollection, pageOf } from '../encryption/encrypted-collection.ts';
import type { KeyRing } from '../encryption/key-ring.ts';

export interface Resource {
  /** Resource indicator: an absolute URI without fragment (RFC 8707 2). Also the `aud` of its tokens. */
  readonly identifier: string;
  readonly name?: string;
  /** Scope name to the sentence a user reads on the consent page. */
  readonly scopes: Readonly<Record<string, string>>;
  readonly format: 'jwt' | 'opaque';
  readonly ttlSeconds: number;
  readonly alg: 'ES256' | 'RS256';
  /** Clients that may introspect tokens meant for this resource. */
  readonly introspectionClients: readonly string[];
}

export interface ResourcePage {
  readonly items: readonly Resource[];
  readonly next: string | null;
}

export interface ResourceStore {
  /** False when the identifier is taken. */
  create(resource: Resource): Promise<boolean>;
  get(identifier: string): Promise<Resource | undefined>;
  remove(identifier: string): Promise<boolean>;
  list(page: Page): Promise<ResourcePage>;
}

export function createResourceStore(records: Records, ring: KeyRing): ResourceStore {
  const resources = encryptedCollection<Resource, 'resources'>(records, ring, 'resources');
  return {
    create: (resource) => resources.insert({ id: resource.identifier, value: resource }),
    get: async (identifier) => (await resources.get(identifier))?.value,
    remove: (identifier) => resources.remove(identifier),
    list: (page) => pageOf(resources, page),
  };
}
