/** One stack from its files to what was seen. */
import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { settingsOfProgram } from '../../src/web/developer/ready-code.ts';
import { freePort } from '../free-port.ts';
import { readPage, registrationOf } from './page.ts';
import { runToEnd, startService } from './processes.ts';
import type { Provider } from './provider.ts';
import type { Result } from './report.ts';
import type { RegisteredClient, Stack } from './stack.ts';
import { toolchainEnvironment } from './toolchain-environment.ts';
import { toolchains } from './toolchains.ts';

const snippets = fileURLToPath(new URL('../../examples/snippets/', import.meta.url));
// Outside the tree's own dependencies, and kept: the next run installs only what has changed.
const cache = fileURLToPath(new URL('../../.cache/connect/', import.meta.url));
const ANSWERS_WITHIN_MILLISECONDS = 120_000;
const STEP_MILLISECONDS = 15_000;

export interface RunDeps {
  readonly provider: Provider;
  readonly browser: Browser;
}

export async function runStack(stack: Stack, deps: RunDeps): Promise<Result> {
  const { version, versionOf } = toolchains[stack.toolchain];
  const versions: string[] = [];
  try {
    versions.push(await version());
  } catch {
    return { stack: stack.name, outcome: 'not run', versions, seen: `no ${stack.toolchain} found` };
  }
  try {
    const folder = await install(stack);
    for (const library of stack.libraries) versions.push(`${library} ${await versionOf(library, folder)}`);
    return { stack: stack.name, outcome: 'ok', versions, seen: (await driveIn(folder, stack, deps)).join(', ') };
  } catch (error) {
    return { stack: stack.name, outcome: 'failed', versions, seen: messageOf(error) };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function install({ name, install: commands }: Stack): Promise<string> {
  const folder = `${cache}${name}`;
  const stamp = `${folder}/.installed`;
  const fingerprint = await fingerprintOf(`${snippets}${name}`, commands);
  if ((await readFile(stamp, 'utf8').catch(() => undefined)) === fingerprint) return folder;
  await rm(folder, { recursive: true, force: true });
  await mkdir(cache, { recursive: true });
  await cp(`${snippets}${name}`, folder, { recursive: true });
  for (const command of commands) await runToEnd({ command, folder, environment: toolchainEnvironment() });
  await writeFile(stamp, fingerprint);
  return folder;
}

async function fingerprintOf(folder: string, commands: Stack['install']): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(commands));
  for (const path of (await filesOf(folder)).toSorted()) hash.update(path).update(await readFile(path));
  return hash.digest('hex');
}

async function filesOf(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => `${parentPath}/${name}`);
}

/** As the page of the client shows them, for the scopes that every program is run with. */
async function settingsFrom(
  { name }: Stack,
  [registered]: readonly RegisteredClient[],
  { app, provider }: Pick<RunDeps, 'provider'> & { readonly app: string },
): Promise<Readonly<Record<string, string>>> {
  if (registered === undefined) throw new Error('The page registers no client.');
  const { clientId, clientSecret: secret } = registered;
  const { issuer, api } = provider;
  const client = await provider.metadataOf(clientId);
  const identifier = client.redirect_uris?.length ? `${api}/` : `${app}/`;
  const of = { client, issuer, secret, api: { identifier, scopes: ['groups', 'notes:read'] } };
  return { ...settingsOfProgram(name, of), PORT: new URL(app).port };
}

/** Starts the program in this folder, where its libraries are found, and uses it. */
export async function driveIn(
  folder: string,
  stack: Stack,
  { provider, browser }: RunDeps,
): Promise<readonly string[]> {
  const { issuer, api, user, stranger, sign } = provider;
  const app = `http://localhost:${await freePort('localhost')}`;
  const clients = await provider.register(registrationOf(await readPage(stack.name)), app);
  const run = { issuer, app, api, clients, user, stranger, sign };
  const service = startService({
    command: stack.start,
    folder,
    environment: {
      ...toolchainEnvironment(),
      ...(await settingsFrom(stack, clients, { app, provider })),
      ...stack.environment?.(run),
    },
  });
  const context = await browser.newContext({ locale: 'en-GB' });
  try {
    context.setDefaultTimeout(STEP_MILLISECONDS);
    await service.answersAt(app, ANSWERS_WITHIN_MILLISECONDS);
    return await stack.drive({ ...run, page: await context.newPage() }).catch((cause: unknown) => {
      // The log of the program says more than its page.
      throw new Error(`${messageOf(cause)}\n${service.output()}`, { cause });
    });
  } finally {
    await context.close();
    await service.stop();
  }
}
