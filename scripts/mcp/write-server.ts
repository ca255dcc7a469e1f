/** Writes the example MCP server into an empty folder, as a project of its own. */
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UsageError } from '../usage-error.ts';

export const projectRoot = resolve(import.meta.dirname, '../..');
const template = join(projectRoot, 'examples/mcp-server');

/** A repository that was just made is as good as empty. */
const ofGit: readonly string[] = ['.git', '.gitignore', '.gitattributes'];

export function refuseFullFolder(folder: string): void {
  let found: readonly string[];
  try {
    found = readdirSync(folder);
  } catch (cause) {
    throw new UsageError(`${folder} cannot be read: start in an empty folder`, { cause });
  }
  const [other] = found.filter((name) => !ofGit.includes(name));
  if (other !== undefined) throw new UsageError(`${folder} is not empty (${other}): start in an empty folder`);
}

interface NewServer {
  readonly folder: string;
  readonly issuer: string;
  /** The address of the MCP server. */
  readonly resource: string;
  readonly quotedName: string;
  /** Of `@latchkey/resource-server`, beside the manifest. */
  readonly tarball: string;
  /** The Node to bring along, where the machine's own is too old. */
  readonly node: string | undefined;
}

/** As Node's `--env-file` reads it: what is in quotes it takes as it is. */
export function quoted(text: string): string {
  const quote = ["'", '`', '"'].find((each) => !text.includes(each));
  if (quote === undefined) throw new UsageError('--name cannot hold all three kinds of quotes');
  return `${quote}${text}${quote}`;
}

function manifestOf({ tarball, node }: NewServer) {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8'));
  return {
    name: 'mcp-server',
    version: '1.0.0',
    private: true,
    type: 'module',
    engines: { node: '>=24' },
    scripts: { start: 'node --env-file=.env main.ts' },
    dependencies: {
      '@latchkey/resource-server': `file:./${tarball}`,
      '@modelcontextprotocol/sdk': devDependencies['@modelcontextprotocol/sdk'],
      zod: dependencies.zod,
      ...(node !== undefined && { node }),
    },
    ...(node !== undefined && { allowScripts: { node: true } }),
  };
}

export function writeServer(server: NewServer): void {
  const { folder, issuer, resource, quotedName } = server;
  const settings = [
    `ISSUER=${issuer}`,
    `RESOURCE=${resource}`,
    `NAME=${quotedName}`,
    `PORT=${new URL(resource).port || '5100'}`,
    '# What a client asks for before it calls a tool, with blanks between them: every scope unless set.',
    '# FIRST_SCOPES=',
  ];
  const write = (name: string, text: string, mode = 0o666) =>
    writeFileSync(join(folder, name), text, { flag: 'wx', mode });
  write('package.json', `${JSON.stringify(manifestOf(server), null, 2)}\n`);
  write('.env', `${settings.join('\n')}\n`, 0o600);
  if (!existsSync(join(folder, '.gitignore'))) write('.gitignore', 'node_modules\n');
  for (const name of readdirSync(template).filter((file) => file.endsWith('.ts')))
    cpSync(join(template, name), join(folder, name), { errorOnExist: true, force: false });
}
