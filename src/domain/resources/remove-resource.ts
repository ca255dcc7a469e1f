/** Removes a resource: no new token is meant for it; clients that were made for it stay. */
import type { ResourceStore } from '../../ports/resources.ts';
import { Refusal } from '../refusal.ts';

export async function removeResource(identifier: string, { resources }: { resources: ResourceStore }): Promise<void> {
  if (!(await resources.remove(identifier))) throw new Refusal('resource_unknown');
}
