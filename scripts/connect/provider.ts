/** The provider as a newcomer starts it, with an account, and the example API beside it. */
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ClientPayload } from '../../src/provider/interactions.ts';
import { freePort } from '../free-port.ts';
import { pageAddresses } from './page.ts';
import { runToEnd, startService } from './processes.ts';
import { type SignAsProvider, signAsProvider } from './provider-keys.ts';
import type { RegisteredClient, User } from './stack.ts';
import { toolchainEnvironment } from './toolchain-environment.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const READY_WITHIN_MILLISECONDS = 30_000;

export interface Provider {
  readonly issuer: string;
  readonly api: string;
  readonly user: User;
  /** In no group. */
  readonly stranger: User;
  readonly sign: SignAsProvider;
  /** Runs the commands of a page, with the addresses of this run in place of the page's. */
  register(commands: string, app: string): Promise<readonly RegisteredClient[]>;
  /** What is registered of a client. */
  metadataOf(clientId: string): Promise<ClientPayload>;
}

/** It ends with everything else (processes.ts). */
export async function startProvider(): Promise<Provider> {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-connect-'));
  // However the run ends.
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const issuer = `http://localhost:${await freePort('localhost')}`;
  const api = `http://localhost:${await freePort('localhost')}`;
  const environment = {
    ...toolchainEnvironment(),
    ISSUER: issuer,
    PORT: new URL(issuer).port,
    STORAGE_URL: `sqlite:${folder}/latchkey.db`,
    DATA_FOLDER: folder,
    LOG_LEVEL: 'warn',
  };
  const start = (program: string, more: Readonly<Record<string, string>>) =>
    startService({ command: ['node', program], folder: root, environment: { ...environment, ...more } });
  const inShell = (commands: string) => runToEnd({ command: ['sh', '-ec', commands], folder: root, environment });

  await start('src/start.js', {}).answersAt(`${issuer}/readyz`, READY_WITHIN_MILLISECONDS);
  const user = await createUser({ name: 'Robin Redbreast', groups: ['editors', 'staff'] }, { folder, environment });
  const stranger = await createUser({ name: 'Wren Waterhouse', groups: [] }, { folder, environment });
  await inShell(
    `npm run -s admin -- resource create --identifier ${api}/ --name Notes --scope "notes:read=Read your notes"`,
  );
  const apiSettings = { PORT: new URL(api).port, RESOURCE: `${api}/` };
  await start('examples/resource-server/main.ts', apiSettings).answersAt(api, READY_WITHIN_MILLISECONDS);
  return {
    issuer,
    api,
    user,
    stranger,
    sign: await signAsProvider(environment),
    async register(commands, app) {
      const here = commands
        .replaceAll(pageAddresses.issuer, issuer)
        .replaceAll(pageAddresses.app, app)
        .replaceAll(pageAddresses.api, api);
      return clientsIn(await inShell(here));
    },
    metadataOf: async (clientId) =>
      JSON.parse(
        await runToEnd({
          command: ['node', '--', 'scripts/admin.ts', 'client', 'show', clientId, '--json'],
          ...{ folder: root, environment },
        }),
      ),
  };
}

interface AccountDeps {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
}

async function createUser(
  { name, groups }: Pick<User, 'name' | 'groups'>,
  { folder, environment }: AccountDeps,
): Promise<User> {
  const [first = ''] = name.toLowerCase().split(' ');
  const email = `${first}@example.com`;
  const password = randomBytes(12).toString('base64url');
  await writeFile(`${folder}/${first}.json`, JSON.stringify({ groups }));
  const command = ['node', '--', 'scripts/admin.ts', 'account', 'create', '--email', email, '--email-verified'];
  const more = ['--name', name, '--claims', `${folder}/${first}.json`, '--password-stdin', '--json'];
  const input = `${password}\n`;
  const created = await runToEnd({ command: [...command, ...more], folder: root, environment, input });
  const { id }: { id: string } = JSON.parse(created);
  return { sub: id, name, email, password, groups };
}

/** What `client create` printed, as often as it did: the secret, if there is one, stands above the id. */
function clientsIn(output: string): readonly RegisteredClient[] {
  const found = output.matchAll(/^(?:client_secret +(?<secret>\S+)\n(?:.*\n)??)?client_id +(?<id>\S+)$/gm);
  return Array.from(found, ({ groups }) => ({
    clientId: groups?.id ?? '',
    ...(groups?.secret !== undefined && { clientSecret: groups.secret }),
  }));
}
