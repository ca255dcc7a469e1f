/** What registering and updating clients needs of an installation. */
import type { Installation } from '../../src/compose.ts';
import type { ClientWorld } from '../../src/domain/clients/register-client.ts';
import type { ResourceStore } from '../../src/ports/resources.ts';

export function clientWorld(installation: Installation): ClientWorld {
  return {
    ...installation,
    validateMetadata: installation.validateClientMetadata,
    rules: { allowsLoopbackHttp: installation.config.mode === 'development' },
  };
}

/** A resource may be declared after its clients, so that a missing one is worth a word and no refusal. */
export async function notesOnResources(
  identifiers: unknown,
  { resources }: { resources: ResourceStore },
): Promise<readonly string[]> {
  const notes: string[] = [];
  for (const identifier of Array.isArray(identifiers) ? identifiers.map(String) : []) {
    const isDeclared = (await resources.get(identifier)) !== undefined;
    if (!isDeclared) notes.push(`note: no resource ${identifier} has been declared yet`);
  }
  return notes;
}
