import type { ClientStore } from '../../storage/records/clients.ts';
import type { Resource, ResourceStore } from '../../storage/records/resources.ts';
import type { ScopeStore } from '../../storage/records/scopes.ts';
import { DomainError } from '../domain-error.ts';
import { isLevel, levels } from '../factors/levels.ts';
import { isBuiltInScope, languageProblem, scopeProblem } from '../scopes/names.ts';
import { organisationScopes } from '../scopes/scopes.ts';
import { hasVisibleCharacter } from '../visible-text.ts';

export const DEFAULT_TTL_SECONDS = 600;
const MIN_TTL_SECONDS = 60;
export const MAX_TTL_SECONDS = 86_400;
export const MAX_IDENTIFIER_CHARACTERS = 512;
const MAX_NAME_CHARACTERS = 100;
const UNSAFE = /[\s\p{Cc}]/u;

function refuse(reason: string): never {
  throw new DomainError('resource_invalid', { reason });
}

/** What is wrong with the identifier (RFC 8707 2), or undefined. */
export function identifierProblem(identifier: string): string | undefined {
  if (identifier.length > MAX_IDENTIFIER_CHARACTERS) {
    return `an identifier has at most ${MAX_IDENTIFIER_CHARACTERS} characters`;
  }
  if (UNSAFE.test(identifier) || !URL.canParse(identifier)) return `${identifier} is not an absolute URI`;
  return identifier.includes('#') ? `${identifier} must hold no fragment` : undefined;
}

type Scopes = Resource['scopes'];

function checkScopes(scopes: Scopes, before: Scopes): void {
  for (const [name, description] of Object.entries(scopes)) {
    const problem = scopeProblem(name, description);
    if (problem !== undefined) refuse(problem);
    // Its built-in description would hide from users what it grants here. A resource may have had the name before it was built in.
    if (isBuiltInScope(name) && !Object.hasOwn(before, name)) refuse(`the scope ${name} comes with the installation`);
  }
}

/** With one name for both, users would read about one and allow the other. */
async function refuseTakenScopes(scopes: Scopes, store: Pick<ScopeStore, 'list'>): Promise<void> {
  const taken = (await organisationScopes(store)).find(({ name }) => Object.hasOwn(scopes, name));
  if (taken !== undefined) refuse(`the scope ${taken.name} is one of the organisation's own: "scope list" shows them`);
}

/** It stands on the consent page in place of the identifier. */
function checkName(name: string | undefined): void {
  if (name !== undefined && !hasVisibleCharacter(name)) refuse('a name holds something that can be seen');
  if (name !== undefined && name.length > MAX_NAME_CHARACTERS)
    refuse(`a name has at most ${MAX_NAME_CHARACTERS} characters`);
}

function checkResource(resource: Resource, before: Scopes = {}): void {
  const problem = identifierProblem(resource.identifier) ?? languageProblem(resource.language);
  if (problem !== undefined) refuse(problem);
  checkName(resource.name);
  checkScopes(resource.scopes, before);
  const { ttlSeconds, minimumAcr } = resource;
  if (minimumAcr !== undefined && !isLevel(minimumAcr)) refuse(`a level is one of ${levels.join(', ')}`);
  if (!Number.isInteger(ttlSeconds) || ttlSeconds < MIN_TTL_SECONDS || ttlSeconds > MAX_TTL_SECONDS) {
    refuse(`tokens live for ${MIN_TTL_SECONDS} to ${MAX_TTL_SECONDS} whole seconds`);
  }
}

export interface ResourceDeps {
  readonly resources: ResourceStore;
  readonly scopes: Pick<ScopeStore, 'list'>;
}

interface CreateDeps extends ResourceDeps {
  readonly clients: Pick<ClientStore, 'get'>;
}

export async function createResource(resource: Resource, deps: CreateDeps): Promise<Resource> {
  const { resources, scopes, clients } = deps;
  checkResource(resource);
  await refuseTakenScopes(resource.scopes, scopes);
  // OIDC Core 2, RFC 9068 4: the ID tokens of that client would have the audience of the API.
  if ((await clients.get(resource.identifier)) !== undefined)
    throw new DomainError('resource_taken', { reason: 'A client has this identifier as its client_id.' });
  if (!(await resources.create(resource))) throw new DomainError('resource_taken');
  return resource;
}

/** What is given replaces what was. Tokens that were issued stay as they are. */
export async function updateResource(
  identifier: string,
  changes: Partial<Omit<Resource, 'identifier'>>,
  { resources, scopes }: ResourceDeps,
): Promise<Resource> {
  if (changes.scopes !== undefined) await refuseTakenScopes(changes.scopes, scopes);
  const updated = await resources.update(identifier, (resource) => {
    const changed = { ...resource, ...changes };
    checkResource(changed, resource.scopes);
    return changed;
  });
  if (updated === undefined) throw new DomainError('resource_unknown');
  return updated;
}

export async function removeResource(identifier: string, { resources }: { resources: ResourceStore }): Promise<void> {
  if (!(await resources.remove(identifier))) throw new DomainError('resource_unknown');
}
