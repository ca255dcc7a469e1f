/** `npm run mcp`, called from an empty folder: an MCP server there, which takes tokens of this installation. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { writeResult } from '../adapters/log/result.ts';
import { scopes } from '../examples/mcp-server/tools.ts';
import type { Installation } from '../src/compose.ts';
import type { Config } from '../src/config/config.ts';
import type { NoteEvent } from '../src/domain/events/security-events.ts';
import { createResource, DEFAULT_TTL_SECONDS } from '../src/domain/resources/resources.ts';
import { safeAddress } from '../src/resource-server/safe-address.ts';
import { version } from '../src/version.ts';
import {
  type CommonOptions,
  drainOutputs,
  endingOf,
  fields,
  type Outcome,
  runCreatingVerb,
  writeNote,
} from './admin/command.ts';
import { install, machineHasOurNode, packResourceServer } from './mcp/run-npm.ts';
import { projectRoot, quoted, refuseFullFolder, writeServer } from './mcp/write-server.ts';
import { UsageError } from './usage-error.ts';

interface Options extends CommonOptions {
  readonly url: string;
  readonly name: string;
  readonly install: boolean;
}

function checkAddress(text: string): void {
  // What the server itself takes (RFC 9728 2), and no query, which its path would not have.
  if (safeAddress(text)?.search !== '')
    throw new UsageError(
      `${text} is not an address such as https://notes.example/mcp, or http://localhost:5100/mcp on this machine`,
    );
}

/** Returns whether it was not there before. */
async function declare({ url, name }: Options, installation: Installation, note: NoteEvent): Promise<boolean> {
  if ((await installation.resources.get(url)) !== undefined) return false;
  const declared = { identifier: url, name, scopes, language: 'en', introspectionClients: [] };
  await createResource({ ...declared, format: 'jwt', alg: 'ES256', ttlSeconds: DEFAULT_TTL_SECONDS }, installation);
  note('resource.created', 'administrator', { resource: url });
  return true;
}

/** For a shell. */
const inQuotes = (path: string): string => (/^[\w./@+-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`);

/** What a client calls the server: letters, digits and hyphens. */
const shortName = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '') || 'mcp-server';

interface Made {
  readonly folder: string;
  readonly options: Options;
  readonly isInstalled: boolean;
  readonly config: Config;
}

const isClosed = ({ mode, clientRegistration }: Config): boolean =>
  mode === 'development' && clientRegistration !== 'open';

function nextSteps({ folder, options, isInstalled, config }: Made): string {
  const { url, name, envFile } = options;
  const start = `npm --prefix ${inQuotes(projectRoot)} start`;
  const withSettings = envFile === undefined ? start : `${start} -- --env-file ${inQuotes(resolve(envFile))}`;
  const server = isInstalled ? 'npm start' : 'npm install && npm start';
  const steps = isClosed(config)
    ? { [`REGISTRATION=open ${withSettings}`]: 'the provider: if it runs already, end it and start it so' }
    : { [withSettings]: 'the provider, unless it runs' };
  const lines = fields({
    ...steps,
    [`cd ${inQuotes(folder)} && ${server}`]: 'the MCP server',
    [`claude mcp add --transport http ${shortName(name)} ${url}`]: 'or add this address to any other MCP client',
  });
  return [
    fields({ 'MCP server': url, folder, issuer: config.issuer, scopes: Object.keys(scopes) }),
    'what to do',
    lines.replaceAll(/^/gm, '  '),
  ].join('\n');
}

/** MCP clients have no initial access token. */
function registrationNotes({ mode, clientRegistration, readsMetadataDocuments }: Config): readonly string[] {
  if (clientRegistration === 'open') return [];
  const who = readsMetadataDocuments ? 'clients without a metadata document' : 'MCP clients';
  const remedy =
    mode === 'development' ? ': restart the provider with REGISTRATION=open' : ', which takes REGISTRATION=open';
  return [`note: by these settings (REGISTRATION=${clientRegistration}) ${who} cannot register themselves${remedy}`];
}

async function makeServer(
  folder: string,
  options: Options,
  installation: Installation,
  note: NoteEvent,
): Promise<Outcome> {
  const { config } = installation;
  const { url } = options;
  const quotedName = quoted(options.name);
  refuseFullFolder(folder);
  // Called again after a failure, it is there already.
  const isNew = await declare(options, installation, note);
  const tarball = packResourceServer(folder);
  const { devDependencies } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8'));
  const node = machineHasOurNode() ? undefined : devDependencies.node;
  writeServer({ folder, issuer: config.issuer, resource: url, quotedName, tarball, node });
  const isInstalled = options.install && install(folder);
  const isFailed = options.install && !isInstalled;
  if (isFailed) process.exitCode = 1;
  return {
    value: { folder, resource: url, issuer: config.issuer },
    text: nextSteps({ folder, options, isInstalled, config }),
    notes: [
      ...(isFailed ? [`"npm install" failed: run it again in ${folder}, and go on from there`] : []),
      ...(isNew ? [] : [`note: the resource ${url} was declared already, and stays as it is, its name too`]),
      ...registrationNotes(config),
    ],
  };
}

const program = new Command('npm --prefix <latchkey> run mcp --')
  .description('Makes an MCP server in the empty folder that it is called from, protected by this installation.')
  .exitOverride()
  .configureOutput({ writeOut: (text) => writeResult(text), writeErr: (text) => writeNote(text.trimEnd()) })
  .version(version, '--version', 'print the version of Latchkey')
  .option('--url <address>', 'where clients will reach it: the identifier of the resource', 'http://localhost:5100/mcp')
  .option('--name <name>', 'what people and clients read', 'Notes')
  .option('--no-install', 'write the files alone: "npm install" is yours to run')
  .option('--json', 'print one JSON value and nothing else on standard output')
  .option('--env-file <file>', 'read settings that the environment does not have from this file')
  .action((options: Options) => {
    checkAddress(options.url);
    // npm runs scripts in the folder of their package, and says where it was called.
    const folder = resolve(process.env.INIT_CWD ?? '.');
    return runCreatingVerb(options, (installation, note) => makeServer(folder, options, installation, note));
  });

try {
  await program.parseAsync();
} catch (error) {
  const { exitCode, message } = endingOf(error);
  process.exitCode = exitCode;
  if (message !== undefined) writeNote(message);
}
await drainOutputs();
// Not by itself: a connection that a server keeps busy would keep the command too.
process.exit();
