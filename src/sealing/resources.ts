/** Keeps protected resources sealed, by their identifier. */
import type { Records } from '../ports/records.ts';
import type { Resource, ResourceStore } from '../ports/resources.ts';
import type { KeyRing } from './key-ring.ts';
import { pageOf } from './pages.ts';
import { sealedCollection } from './sealed-collection.ts';

export function createResourceStore(records: Records, ring: KeyRing): ResourceStore {
  const resources = sealedCollection<Resource, 'resources'>(records, ring, 'resources');
  return {
    create: (resource) => resources.insert({ id: resource.identifier, value: resource }),
    get: async (identifier) => (await resources.get(identifier))?.value,
    remove: (identifier) => resources.remove(identifier),
    list: (page) => pageOf(resources, page),
  };
}
