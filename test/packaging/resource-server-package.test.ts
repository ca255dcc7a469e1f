/** What is published of the project: the resource-server export, installed from its own tarball. */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';
import { audience, startTestIssuer } from '../resource-server/test-issuer.ts';

const run = promisify(execFile);
const project = fileURLToPath(new URL('../../', import.meta.url));
const deadline = { timeout: 60_000 };

let folder: string;

test.before('the package is made and installed into an empty folder', async (t) => {
  t.timeout(120_000);
  folder = await mkdtemp(join(tmpdir(), 'latchkey-package-'));
  const { stdout } = await run('npm', ['pack', '--silent', '--pack-destination', folder], {
    cwd: project,
    ...deadline,
  });
  const tarball = stdout.trim().split('\n').at(-1) ?? '';
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module', private: true }));
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
  await run('npm', ['install', ...quiet, `./${tarball}`], { cwd: folder, ...deadline });
});

test.after.always(async () => {
  await rm(folder, { recursive: true, force: true });
});

test.serial('the package holds the export and nothing else of the product', async (t) => {
  const files = await readdir(join(folder, 'node_modules/latchkey'), { recursive: true, withFileTypes: true });
  const strange = files
    .filter((file) => file.isFile() && !file.parentPath.endsWith('/dist/resource-server'))
    .map((file) => file.name)
    .filter((name) => !/^(?:package\.json|README\.md|LICENSE|CHANGELOG\.md)$/.test(name));
  t.deepEqual(strange, []);
});

test.serial('a strict TypeScript project needs no other types for it, with Koa or without', async (t) => {
  await writeFile(
    join(folder, 'plain.ts'),
    `import { type AccessToken, AccessTokenError, createAccessTokenVerifier } from 'latchkey/resource-server';
const verifier = createAccessTokenVerifier({ issuer: 'https://issuer.example', audience: 'https://notes.example/' });
export const subject: Promise<string> = verifier.verify('', { scopes: ['a'] }).then((token: AccessToken) => token.subject);
export const status = (error: unknown): number => (error instanceof AccessTokenError ? error.status : 500);
// @ts-expect-error an audience is needed
createAccessTokenVerifier({ issuer: 'https://issuer.example' });
`,
  );
  await writeFile(
    join(folder, 'with-koa.ts'),
    `import Koa from 'koa';
import { type AccessTokenState, protectResource, serveResourceMetadata } from 'latchkey/resource-server';
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
  );
  const strict = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    target: 'es2022',
    module: 'nodenext',
    lib: ['es2022'],
    types: [] as string[],
  };
  const koaTypes = join(project, 'node_modules/@types/koa/index.d.ts');
  const configurations = {
    plain: { compilerOptions: { ...strict, skipLibCheck: false }, files: ['plain.ts'] },
    koa: { compilerOptions: { ...strict, skipLibCheck: true, paths: { koa: [koaTypes] } }, files: ['with-koa.ts'] },
  };
  for (const [name, configuration] of Object.entries(configurations)) {
    await writeFile(join(folder, `tsconfig.${name}.json`), JSON.stringify(configuration));
    const compiling = run(join(project, 'node_modules/.bin/tsc'), ['-p', `tsconfig.${name}.json`], { cwd: folder });
    await t.notThrowsAsync(compiling.catch((error: { stdout: string }) => Promise.reject(new Error(error.stdout))));
  }
});

test.serial('a JavaScript project checks a token with it, and jose is all it needs', async (t) => {
  const issuer = await startTestIssuer(t, () => Math.floor(Date.now() / 1000));
  const alone = join(folder, 'alone');
  // Beside the other dependencies of the installed package, an import of one of them would go unnoticed.
  for (const needed of ['node_modules/latchkey', 'node_modules/jose']) {
    await cp(join(folder, needed), join(alone, needed), { recursive: true });
  }
  await writeFile(
    join(alone, 'api.js'),
    `import { createAccessTokenVerifier, protectResource } from 'latchkey/resource-server';
const [issuer, audience, token] = process.argv.slice(2);
const accessToken = await createAccessTokenVerifier({ issuer, audience }).verify('Bearer ' + token);
console.log(accessToken.subject, typeof protectResource({ issuer, audience }).requireScopes());
`,
  );
  await writeFile(join(alone, 'package.json'), JSON.stringify({ type: 'module' }));
  const script = [join(alone, 'api.js'), issuer.url, audience, await issuer.token()];
  const { stdout } = await run(process.execPath, script, { cwd: alone });
  t.is(stdout, 'ada function\n');
});
