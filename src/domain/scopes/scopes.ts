/** The organisation's own scopes, each with the claims that it releases. */
import type { ClientStore } from '../../storage/records/clients.ts';
import { everyItem } from '../../storage/records/every-item.ts';
import type { ResourceStore } from '../../storage/records/resources.ts';
import type { OrganisationScope, ScopeStore } from '../../storage/records/scopes.ts';
import { claimNameProblem, isReservedClaim, standardClaims } from '../accounts/claims.ts';
import { DomainError } from '../domain-error.ts';
import { isBuiltInScope, languageProblem, scopeProblem } from './names.ts';

/** Bounded, because every provider process keeps all of them in memory. */
const MAX_SCOPES = 100;
const MAX_CLAIMS = 50;

function refuse(reason: string): never {
  throw new DomainError('scope_invalid', { reason });
}

export async function organisationScopes(scopes: Pick<ScopeStore, 'list'>): Promise<readonly OrganisationScope[]> {
  return (await scopes.list({ limit: MAX_SCOPES })).items;
}

/** The claims that these scopes of the organisation release together. */
export function claimsReleasedBy(scopes: readonly OrganisationScope[]): readonly string[] {
  return [...new Set(scopes.flatMap(({ claims }) => claims))];
}

/** Of an account's claims, those that no scope releases and some scope could: no app can get them. */
export function unreleasedClaims(
  claims: Readonly<Record<string, unknown>>,
  scopes: readonly OrganisationScope[],
): readonly string[] {
  const released = new Set([...standardClaims, ...claimsReleasedBy(scopes)]);
  return Object.keys(claims).filter((name) => !released.has(name) && !isReservedClaim(name));
}

function checkScope({ name, claims, description, language }: OrganisationScope): void {
  if (isBuiltInScope(name)) refuse(`the scope ${name} comes with the installation`);
  // oidc-provider keeps these claims by name, in one table with the scopes.
  if (isReservedClaim(name)) refuse(`${name} is the name of a claim that the provider sets itself`);
  const problem =
    scopeProblem(name, description) ??
    languageProblem(language) ??
    claims.map(claimNameProblem).find((one) => one !== undefined);
  if (problem !== undefined) refuse(problem);
  if (claims.length === 0) refuse('a scope releases at least one claim');
  if (claims.length > MAX_CLAIMS) refuse(`a scope releases at most ${MAX_CLAIMS} claims`);
}

async function resourceWithScope(name: string, resources: Pick<ResourceStore, 'list'>): Promise<string | undefined> {
  for await (const { identifier, scopes } of everyItem((page) => resources.list(page)))
    if (Object.hasOwn(scopes, name)) return identifier;
  return undefined;
}

export async function createScope(
  wanted: OrganisationScope,
  { scopes, resources }: { scopes: ScopeStore; resources: Pick<ResourceStore, 'list'> },
): Promise<OrganisationScope> {
  const scope = { ...wanted, claims: [...new Set(wanted.claims)] };
  checkScope(scope);
  const resource = await resourceWithScope(scope.name, resources);
  // With one name for both, users would read about one and allow the other.
  if (resource !== undefined) refuse(`the resource ${resource} has a scope ${scope.name} already`);
  if ((await organisationScopes(scopes)).length >= MAX_SCOPES) refuse(`there are at most ${MAX_SCOPES} scopes`);
  if (!(await scopes.create(scope))) throw new DomainError('scope_taken');
  return scope;
}

async function clientWithScope(name: string, clients: Pick<ClientStore, 'list'>): Promise<string | undefined> {
  for await (const { id, metadata } of everyItem((page) => clients.list(page)))
    if (typeof metadata.scope === 'string' && metadata.scope.split(' ').includes(name)) return id;
  return undefined;
}

export async function removeScope(
  name: string,
  { scopes, clients }: { scopes: ScopeStore; clients: Pick<ClientStore, 'list'> },
): Promise<void> {
  if (isBuiltInScope(name)) refuse(`the scope ${name} comes with the installation`);
  // RFC 7591 2, `scope`: oidc-provider rejects a client that is registered for a scope which does not exist.
  const client = await clientWithScope(name, clients);
  if (client !== undefined) refuse(`the client ${client} is registered for the scope ${name}: change its scope first`);
  if (!(await scopes.remove(name))) throw new DomainError('scope_unknown');
}
