/** What is published of the project: `@latchkey/resource-server`, installed from its own tarball, with nothing beside it but jose. */
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';
import got from 'got';
import { audience, startTestIssuer } from '../resource-server/test-issuer.ts';
import { startExample } from '../support/example-process.ts';
import { machineNode } from '../support/machine-node.ts';
import { copyTree, shellEnvironment } from '../support/tree-copy.ts';

const run = promisify(execFile);
const project = fileURLToPath(new URL('../../', import.meta.url));
const modules = join(project, 'node_modules');
const name = '@latchkey/resource-server';

/** The folder of a stranger's project. */
let folder: string;

test.before('the package is made and installed into an empty folder', async (t) => {
  t.timeout(120_000);
  folder = await mkdtemp(join(tmpdir(), 'latchkey-package-'));
  // In a copy: while it is packed, its name leads nowhere, and other tests use it.
  const tree = join(folder, 'tree');
  copyTree(tree, ['package.json', 'package-lock.json', 'LICENSE', 'tsconfig.json', 'scripts', 'src/resource-server']);
  await symlink(modules, join(tree, 'node_modules'));
  const options = { env: { ...shellEnvironment(), PATH: `${modules}/.bin:${process.env.PATH}` }, timeout: 60_000 };
  const pack = ['pack', '--silent', '-w', name, '--pack-destination', folder];
  const before = await readFile(join(tree, 'src/resource-server/package.json'), 'utf8');
  const { stdout } = await run('npm', pack, { cwd: tree, ...options });
  t.is(await readFile(join(tree, 'src/resource-server/package.json'), 'utf8'), before);
  const tarball = stdout.trim().split('\n').at(-1) ?? '';
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module', private: true }));
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
  await run('npm', ['install', ...quiet, `./${tarball}`], { cwd: folder, ...options });
});

test.after.always(async () => {
  await rm(folder, { recursive: true, force: true });
});

const packed = (path: string) => readFile(join(folder, 'node_modules', name, path), 'utf8');

test.serial('an API gets this package and jose, and no other', async (t) => {
  const installed = (await readdir(join(folder, 'node_modules'))).filter((entry) => !entry.startsWith('.'));
  t.deepEqual(installed.sort(), ['@latchkey', 'jose']);
  const { dependencies, peerDependencies, optionalDependencies } = JSON.parse(await packed('package.json'));
  t.deepEqual(Object.keys({ ...dependencies, ...peerDependencies, ...optionalDependencies }), ['jose']);
});

test.serial('the tarball holds compiled code with its types, a licence and a README, and nothing else', async (t) => {
  const files = await readdir(join(folder, 'node_modules', name), { recursive: true });
  const strange = files.filter(
    (file) => !/^(?:package\.json|README\.md|LICENSE|dist|dist\/[\w-]+\.(?:js|d\.ts))$/.test(file),
  );
  t.deepEqual(strange, []);
  t.is(await packed('LICENSE'), await readFile(join(project, 'LICENSE'), 'utf8'));
  t.regex(await packed('README.md'), /npm install @latchkey\/resource-server/);
  const manifest = JSON.parse(await packed('package.json'));
  const root = JSON.parse(await readFile(join(project, 'package.json'), 'utf8'));
  t.like(manifest, { name, version: root.version, license: root.license, type: 'module', scripts: undefined });
  t.is(root.devDependencies[name], root.version);
});

const programs = {
  plain: `import { type AccessToken, AccessTokenError, createAccessTokenVerifier } from '${name}';
const verifier = createAccessTokenVerifier({ issuer: 'https://issuer.example', audience: 'https://notes.example/' });
export const subject: Promise<string> = verifier.verify('', { scopes: ['a'] }).then((token: AccessToken) => token.subject);
export const status = (error: unknown): number => (error instanceof AccessTokenError ? error.status : 500);
// @ts-expect-error an audience is needed
createAccessTokenVerifier({ issuer: 'https://issuer.example' });
`,
  koa: `import Koa from 'koa';
import { type AccessTokenState, protectResource, serveResourceMetadata } from '${name}';
const { requireScopes } = protectResource({ issuer: 'https://issuer.example', audience: 'https://notes.example/' });
const app = new Koa<AccessTokenState>();
app.use(serveResourceMetadata({ resource: 'https://notes.example/', authorizationServers: [] }));
app.use(requireScopes('notes:read'));
app.use((context) => {
  const subject: string = context.state.accessToken.subject;
  // @ts-expect-error a subject is no number: the state has its type
  const wrong: number = context.state.accessToken.subject;
  context.body = subject;
});
`,
};

for (const [moduleResolution, module] of [
  ['nodenext', 'nodenext'],
  ['bundler', 'preserve'],
] as const) {
  test.serial(
    `a strict TypeScript project (${moduleResolution}) needs no other types for it, with Koa or without`,
    async (t) => {
      const strict = { strict: true, exactOptionalPropertyTypes: true, noEmit: true, target: 'es2022' };
      const options = { ...strict, module, moduleResolution, lib: ['es2022'], types: [] };
      const koaTypes = { koa: [join(modules, '@types/koa/index.d.ts')] };
      for (const [program, text] of Object.entries(programs)) {
        await writeFile(join(folder, `${program}.ts`), text);
        // Koa's own types do not check under every setting; ours must.
        const beside = program === 'koa' ? { skipLibCheck: true, paths: koaTypes } : { skipLibCheck: false };
        const configuration = { compilerOptions: { ...options, ...beside }, files: [`${program}.ts`] };
        await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(configuration));
        const compiling = run(join(modules, '.bin/tsc'), ['-p', '.'], { cwd: folder });
        await t.notThrowsAsync(compiling.catch((error: { stdout: string }) => Promise.reject(new Error(error.stdout))));
      }
    },
  );
}

const api = `import { createServer } from 'node:http';
import { AccessTokenError, createAccessTokenVerifier, protectResource } from '${name}';
const [issuer, audience] = process.argv.slice(2);
if (typeof protectResource({ issuer, audience }).requireScopes() !== 'function') throw new Error('no middleware');
const verifier = createAccessTokenVerifier({ issuer, audience });
const server = createServer(async (request, response) => {
  try {
    const token = await verifier.verify(request.headersDistinct.authorization, { scopes: ['notes:read'] });
    response.end(token.subject);
  } catch (error) {
    if (!(error instanceof AccessTokenError)) throw error;
    response.writeHead(error.status, error.headers).end(JSON.stringify(error.body));
  }
});
server.listen(0, '127.0.0.1', () => console.log('http://localhost:' + server.address().port + '/'));
process.once('SIGTERM', () => server.close());
`;

// The oldest Node that it is for, where this machine has it: Latchkey itself needs a newer one.
for (const node of new Set([process.execPath, machineNode() ?? process.execPath])) {
  test.serial(
    `a JavaScript API checks tokens with it on ${node === process.execPath ? 'our Node' : "the machine's"}`,
    async (t) => {
      const issuer = await startTestIssuer(t, () => Math.floor(Date.now() / 1000));
      const program = join(folder, 'api.js');
      await writeFile(program, api);
      const { address } = await startExample(t, [program, issuer.url, audience], { node });
      const answer = (token: string) =>
        got(address, { headers: { authorization: `Bearer ${token}` }, throwHttpErrors: false });
      t.is((await answer(await issuer.token())).body, 'ada');
      t.is((await answer(await issuer.token({ claims: { aud: 'https://other.example/' } }))).statusCode, 401);
    },
  );
}

test.serial('the example API runs on the package as it is installed', async (t) => {
  const issuer = await startTestIssuer(t, () => Math.floor(Date.now() / 1000));
  const example = join(folder, 'example');
  copyTree(example, ['examples/resource-server']);
  await mkdir(join(folder, 'node_modules/@koa'), { recursive: true });
  for (const framework of ['koa', '@koa/router'])
    await symlink(join(modules, framework), join(folder, 'node_modules', framework));
  await copyFile(join(folder, 'package.json'), join(example, 'package.json'));
  const program = join(example, 'examples/resource-server/main.ts');
  const { address } = await startExample(t, [program], {
    environment: { ISSUER: issuer.url, RESOURCE: audience, PORT: '0' },
  });
  const headers = { authorization: `Bearer ${await issuer.token()}` };
  t.deepEqual(await got(`${address}notes`, { headers }).json(), { notes: [] });
});
