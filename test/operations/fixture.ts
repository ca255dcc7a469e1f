/** What the flows are measured on: a user, apps of each kind, an API that introspects. */
import type { ExecutionContext } from 'ava';
import type { CookieJar } from 'tough-cookie';
import { TERMS } from '../support/provider-fixture.ts';
import { type App, appOf, CALLBACK, codeOf, PASSWORD, signIn, WEB_APP } from '../support/relying-party.ts';
import { newUser, type User } from '../support/user.ts';
import { type Cost, type CountedInstallation, startCounted } from './counted-installation.ts';

export const LOGIN = 'ada@example.com';
/** Has accepted no terms. */
export const WITHOUT_TERMS = 'grace@example.com';
export const JWT_API = 'https://notes.example.com/';
export const OPAQUE_API = 'https://photos.example.com/';

export interface Fixture extends Omit<CountedInstallation, 'costOf'> {
  readonly app: App;
  /** Acts for itself, without a user. */
  readonly service: App;
  /** May introspect the tokens of both APIs. */
  readonly api: App;
  /** Runs one request of a flow, and notes what it costs. */
  measure<T>(flow: string, request: () => Promise<T>): Promise<T>;
  readonly measured: ReadonlyMap<string, Cost>;
}

/** Stops at every redirect, so that each request is measured alone. */
export function newStepper(jar?: CookieJar): User {
  return newUser({ stopAt: 'http', ...(jar && { jar }) });
}

export interface NewCode {
  /** Who signed in and allowed it; their session lives on. */
  readonly user: User;
  /** What redeems the code. */
  readonly form: Readonly<Record<string, string>>;
}

/** From a new sign-in, which is not measured. */
export async function newCode({ app }: Fixture, request: Readonly<Record<string, string>>): Promise<NewCode> {
  const user = newUser({ stopAt: CALLBACK });
  const { url, verifier } = app.request(request);
  const code = codeOf(await signIn(user, url, LOGIN));
  const resource = request.resource !== undefined && { resource: request.resource };
  const proof = { code, redirect_uri: CALLBACK, code_verifier: verifier };
  return { user, form: { grant_type: 'authorization_code', ...proof, ...resource } };
}

export async function answered<T>(request: Promise<{ statusCode: number; body: T }>): Promise<T> {
  const { statusCode, body } = await request;
  if (statusCode >= 300) throw new Error(`${statusCode}: ${JSON.stringify(body)}`);
  return body;
}

async function openApps({ latchkey }: CountedInstallation): Promise<Pick<Fixture, 'app' | 'service' | 'api'>> {
  const api = await latchkey.createClient({ client_name: 'APIs', grant_types: [], redirect_uris: [] });
  const introspectionClients = [api.client_id];
  const [notes, photos] = [{ 'notes:read': 'Read notes' }, { 'photos:read': 'See photos' }];
  await latchkey.createResource({ identifier: JWT_API, scopes: notes, introspectionClients });
  await latchkey.createResource({ identifier: OPAQUE_API, scopes: photos, introspectionClients, format: 'opaque' });
  const service = await latchkey.createClient({
    client_name: 'Service',
    grant_types: ['client_credentials'],
    resources: [JWT_API, OPAQUE_API],
  });
  const app = await latchkey.createClient(WEB_APP);
  return { app: appOf(latchkey, app), service: appOf(latchkey, service), api: appOf(latchkey, api) };
}

export async function openProvider(t: ExecutionContext, databaseUrl?: string): Promise<Fixture> {
  const counted = await startCounted(t, databaseUrl);
  const accepted = { version: TERMS.TERMS_VERSION, at: 0 };
  await counted.latchkey.createAccount({ email: LOGIN, password: PASSWORD, acceptedTerms: accepted });
  await counted.latchkey.createAccount({ email: WITHOUT_TERMS, password: PASSWORD });
  const apps = await openApps(counted);
  // Clients and resources are remembered for seconds: the table is about flows that find them so.
  for (const { client_id: id } of [apps.app.client, apps.service.client, apps.api.client]) {
    await counted.latchkey.installation.providerDeps.caches.clients.get(id);
  }
  for (const identifier of [JWT_API, OPAQUE_API])
    await counted.latchkey.installation.providerDeps.caches.resources.get(identifier);
  const measured = new Map<string, Cost>();
  return {
    ...counted,
    ...apps,
    measured,
    async measure(flow, request) {
      if (measured.has(flow)) throw new Error(`${flow} was measured before`);
      const { answer, cost } = await counted.costOf(request);
      measured.set(flow, cost);
      return answer;
    },
  };
}
