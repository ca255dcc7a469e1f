/** Brings every cell about: each demand, met by each way of signing in, on each path. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { updateClient } from '../../../src/domain/clients/change.ts';
import { updateResource } from '../../../src/domain/resources/resources.ts';
import type { Account } from '../../../src/storage/records/accounts.ts';
import { startInstallation, type TestInstallation } from '../../support/installation.ts';
import { type App, appOf, CALLBACK, PASSWORD, WEB_APP } from '../../support/relying-party.ts';
import { newUser, type Page } from '../../support/user.ts';
import { type Demand, type DemandName, demands, type Method, type MethodName, methods, type Path } from './rows.ts';
import { signInBy } from './sign-in.ts';

/** Three that share a database: what was issued where nothing is required is used where something is. */
const settings = { none: 'none', listed: 'role:admin,group:guarded', everybody: 'everybody' } as const;

type Providers = Readonly<Record<keyof typeof settings, TestInstallation>>;

const isRemembered = new Set<string>();

async function startProvider(folder: string, setting: string): Promise<TestInstallation> {
  const latchkey = await startInstallation({
    storageUrl: `sqlite:${join(folder, 'levels.db')}`,
    environment: { DATA_FOLDER: folder, REQUIRE_SECOND_FACTOR: setting, BUDGET_FACTOR: '1000' },
  });
  // The cookie of a remembered device has tests of its own.
  Object.assign(latchkey.installation.providerDeps.secondFactors, {
    isRememberedDevice: async (_ctx: unknown, accountId: string) => isRemembered.has(accountId),
  });
  return latchkey;
}

interface Cell {
  readonly demand: Demand;
  readonly method: Method;
  readonly providers: Providers;
}

async function open(
  providers: Providers,
): Promise<{ readonly account: Account; readonly client: App['client']; readonly resource: string }> {
  const { none: latchkey } = providers;
  const account = await latchkey.createAccount({ email: `${randomUUID()}@example.com`, password: PASSWORD });
  const client = await latchkey.createClient({ ...WEB_APP, first_party: true });
  const resource = `https://${randomUUID()}.example.com/`;
  await latchkey.createResource({ identifier: resource, scopes: { 'notes:read': 'Read your notes' } });
  return { account, client, resource };
}

type Opened = Awaited<ReturnType<typeof open>>;

/** Puts what administrators demand in force, at every instance at once. */
async function demandIt({ demand, providers }: Cell, { account, client, resource }: Opened): Promise<void> {
  const { installation } = providers.none;
  if (demand.client !== undefined)
    await updateClient(client.client_id, { ...demand.client }, installation.registration);
  if (demand.minimumAcr !== undefined) await updateResource(resource, { minimumAcr: demand.minimumAcr }, installation);
  await installation.accounts.update(account.id, (stored) => ({ ...stored, ...demand.account }));
  for (const { installation: each } of Object.values(providers)) {
    await each.providerDeps.caches.clients.reload(client.client_id);
    await each.providerDeps.caches.resources.reload(resource);
  }
}

const levelOf = (idToken: string | undefined): string => String(decodeJwt(idToken ?? '').acr).replace(/^urn:.*:/, '');

async function redeem(app: App, page: Page, verifier: string) {
  const code = new URL(page.url).searchParams.get('code') ?? '';
  const form = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK, code_verifier: verifier };
  return (await app.token(form)).body;
}

/** That for a password, or the one for a second factor. */
const isAskingPage = ({ url, body }: Page): boolean =>
  url.includes('/interaction/') && /id="(?:login-submit|mfa-submit|no-way)"/.test(body);

/** What became of a request: the level that the app was told, the error that it was told, or the page that came. */
async function outcomeOf(app: App, page: Page, verifier: string): Promise<string> {
  if (isAskingPage(page)) return 'page';
  if (!page.url.startsWith(CALLBACK)) throw new Error(`${page.status} at ${page.url}:\n${page.body}`);
  const error = new URL(page.url).searchParams.get('error');
  return error ?? `code, ${levelOf((await redeem(app, page, verifier)).id_token)}`;
}

async function signIn(
  latchkey: TestInstallation,
  app: App,
  opened: Opened,
  { demand, method }: Pick<Cell, 'demand' | 'method'>,
) {
  const user = newUser({ stopAt: CALLBACK });
  const request = (more: object = {}) =>
    app.request({ scope: 'openid notes:read', resource: opened.resource, ...demand.parameters, ...more });
  const { url, verifier } = request();
  const page = await signInBy(latchkey, { user, account: opened.account, url }, method);
  return { user, request, page, verifier };
}

async function signedInOutcomes(cell: Cell): Promise<Readonly<Record<Exclude<Path, 'refresh'>, string>>> {
  const latchkey = cell.providers[cell.demand.setting ?? 'none'];
  const opened = await open(cell.providers);
  if (cell.method.isRemembered) isRemembered.add(opened.account.id);
  await demandIt(cell, opened);
  const app = appOf(latchkey, opened.client);
  const { user, request, page, verifier } = await signIn(latchkey, app, opened, cell);
  const fresh = await outcomeOf(app, page, verifier);
  const again = request();
  const live = await outcomeOf(app, await user.open(again.url), again.verifier);
  const silent = request({ prompt: 'none' });
  return { fresh, live, silent: await outcomeOf(app, await user.open(silent.url), silent.verifier) };
}

/** The token is older than the demand, but where a remembered device has met it. */
async function refreshOutcome(cell: Cell): Promise<string> {
  const { demand, method, providers } = cell;
  const opened = await open(providers);
  if (method.isRemembered) isRemembered.add(opened.account.id);
  const isMetByDevice = method.isRemembered && demand.setting !== undefined;
  if (isMetByDevice) await demandIt(cell, opened);
  const latchkey = providers[demand.setting ?? 'none'];
  const before = isMetByDevice ? latchkey : providers.none;
  const { page, verifier } = await signIn(before, appOf(before, opened.client), opened, { demand: {}, method });
  const { refresh_token: token = '' } = await redeem(appOf(before, opened.client), page, verifier);
  await demandIt(cell, opened);
  const { body } = await appOf(latchkey, opened.client).token({ grant_type: 'refresh_token', refresh_token: token });
  return body.error ?? `tokens, ${levelOf(body.id_token)}`;
}

export type Outcomes = Readonly<Record<Path, string>>;

export interface LevelTable {
  outcomesOf(demand: DemandName, method: MethodName): Promise<Outcomes>;
  stop(): Promise<void>;
}

export async function openTable(): Promise<LevelTable> {
  const folder = await mkdtemp(join(tmpdir(), 'levels-'));
  const none = await startProvider(folder, settings.none);
  const listed = await startProvider(folder, settings.listed);
  const providers = { none, listed, everybody: await startProvider(folder, settings.everybody) };
  return {
    async outcomesOf(demand, method) {
      const cell = { demand: demands[demand], method: methods[method], providers };
      return { ...(await signedInOutcomes(cell)), refresh: await refreshOutcome(cell) };
    },
    async stop() {
      for (const { stop } of Object.values(providers)) await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
