import type { Resource, ResourceStore } from '../../storage/records/resources.ts';
import { DomainError } from '../domain-error.ts';
import { isInheritedName } from '../inherited-names.ts';
import { isSeen } from '../visible-text.ts';

export const DEFAULT_TTL_SECONDS = 600;
const MIN_TTL_SECONDS = 60;
export const MAX_TTL_SECONDS = 86_400;
const MAX_IDENTIFIER_CHARACTERS = 512;
const MAX_NAME_CHARACTERS = 100;
const MAX_SCOPE_CHARACTERS = 128;
const MAX_DESCRIPTION_CHARACTERS = 300;
const UNSAFE = /[\s\p{Cc}]/u;
// RFC 6749 3.3
const SCOPE_TOKEN = /^[\x21\x23-\x5B\x5D-\x7E]+$/;
// OIDC Core 3.1.2.1, 5.4 and 11: a description of ours would hide from users what these grant.
const oidcScopes: ReadonlySet<string> = new Set(['openid', 'profile', 'email', 'address', 'phone', 'offline_access']);

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

function checkScope(scope: string, description: string): void {
  if (!SCOPE_TOKEN.test(scope) || scope.length > MAX_SCOPE_CHARACTERS || isInheritedName(scope))
    refuse(`${scope} is not a scope name`);
  if (oidcScopes.has(scope)) refuse(`the scope ${scope} belongs to OpenID Connect`);
  if (!isSeen(description)) refuse(`the scope ${scope} needs a description for the consent page`);
  if (description.length > MAX_DESCRIPTION_CHARACTERS) {
    refuse(`the description of ${scope} has at most ${MAX_DESCRIPTION_CHARACTERS} characters`);
  }
}

/** It stands on the consent page in place of the identifier. */
function checkName(name: string | undefined): void {
  if (name !== undefined && !isSeen(name)) refuse('a name holds something that can be seen');
  if (name !== undefined && name.length > MAX_NAME_CHARACTERS)
    refuse(`a name has at most ${MAX_NAME_CHARACTERS} characters`);
}

function checkResource(resource: Resource): void {
  const problem = identifierProblem(resource.identifier);
  if (problem !== undefined) refuse(problem);
  checkName(resource.name);
  for (const [scope, description] of Object.entries(resource.scopes)) checkScope(scope, description);
  const { ttlSeconds } = resource;
  if (!Number.isInteger(ttlSeconds) || ttlSeconds < MIN_TTL_SECONDS || ttlSeconds > MAX_TTL_SECONDS) {
    refuse(`tokens live for ${MIN_TTL_SECONDS} to ${MAX_TTL_SECONDS} whole seconds`);
  }
}

export async function createResource(
  resource: Resource,
  { resources }: { resources: ResourceStore },
): Promise<Resource> {
  checkResource(resource);
  if (!(await resources.create(resource))) throw new DomainError('resource_taken');
  return resource;
}

/** What is given replaces what was. Tokens that were issued stay as they are. */
export async function updateResource(
  identifier: string,
  changes: Partial<Omit<Resource, 'identifier'>>,
  { resources }: { resources: ResourceStore },
): Promise<Resource> {
  const updated = await resources.update(identifier, (resource) => {
    const changed = { ...resource, ...changes };
    checkResource(changed);
    return changed;
  });
  if (updated === undefined) throw new DomainError('resource_unknown');
  return updated;
}

export async function removeResource(identifier: string, { resources }: { resources: ResourceStore }): Promise<void> {
  if (!(await resources.remove(identifier))) throw new DomainError('resource_unknown');
}
