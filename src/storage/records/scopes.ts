/** Where the organisation's own scopes are kept. */
import type { Page } from '../driver.ts';
import { type CollectionDeps, EncryptedCollection, type PageOf } from '../encryption/encrypted-collection.ts';

export interface OrganisationScope {
  readonly name: string;
  /** The claims that it releases. */
  readonly claims: readonly string[];
  /** The sentence that users read on the consent page. */
  readonly description: string;
  /** Of that sentence (RFC 5646). Absent where nobody has said. */
  readonly language?: string;
}

export class ScopeStore {
  readonly #scopes: EncryptedCollection<OrganisationScope, 'scopes'>;

  constructor(deps: CollectionDeps) {
    this.#scopes = new EncryptedCollection(deps, 'scopes');
  }

  /** False when the name is taken. */
  create(scope: OrganisationScope): Promise<boolean> {
    return this.#scopes.insert({ id: scope.name, value: scope });
  }

  remove(name: string): Promise<boolean> {
    return this.#scopes.remove(name);
  }

  list(page: Page): Promise<PageOf<OrganisationScope>> {
    return this.#scopes.list(page);
  }
}
