/** Proves that the check of the container file passes over nothing in it. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { buildImage } from '../../scripts/container/build.ts';
import { buildContext } from '../../scripts/container/build-context.ts';
import { ContainerFault, readDockerfile } from '../../scripts/container/dockerfile.ts';
import { runImage } from '../../scripts/container/run.ts';
import { makeMachine } from '../../scripts/container/stand-in.ts';
import { snippets } from '../../src/web/developer/snippets.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const from = 'FROM node:24.21.0-slim\nWORKDIR /app\n';

for (const [what, text, named] of [
  ['an instruction that is not known', `${from}ADD a b`, /line 3, ADD/],
  ['one that is mistyped', `${from}COPPY a b`, /COPPY/],
  ['one in small letters', `${from}copy a b`, /copy/],
  ['an entry point', `${from}ENTRYPOINT ["node"]`, /ENTRYPOINT/],
  ['an argument of the build', `${from}ARG VERSION=1`, /ARG/],
  ['another shell', `${from}SHELL ["/bin/bash"]`, /SHELL/],
  ['an image without its version', 'FROM node:slim', /node:slim/],
  ['an image with a part of its version', 'FROM node:24-slim', /node:24-slim/],
  ['another image', 'FROM alpine:3.22.0', /alpine/],
  ['no image', '# nothing', /FROM/],
  ['an instruction before the image', 'WORKDIR /app', /line 1, WORKDIR/],
  ['a command for a shell', `${from}CMD npm start`, /line 3, CMD/],
  ['an empty command', `${from}CMD []`, /CMD/],
  ['a health check for a shell', `${from}HEALTHCHECK CMD curl localhost`, /HEALTHCHECK/],
  ['no health check', `${from}HEALTHCHECK NONE`, /HEALTHCHECK/],
  ['an option that is not known', `${from}COPY --link a b`, /--link/],
  ['an option with a value that is not known', `${from}COPY --chmod=755 a b`, /--chmod/],
  ['a pattern', `${from}COPY src/*.ts src/`, /\*/],
  ['a variable', `${from}COPY $FILES src/`, /\$FILES/],
  ['a copy to nowhere', `${from}COPY a`, /COPY/],
  ['a variable in a variable', `${from}ENV A=$B`, /ENV/],
  ['a variable without a value', `${from}ENV A`, /ENV/],
  ['a signal by its number', `${from}STOPSIGNAL 15`, /STOPSIGNAL/],
  ['an instruction without words', `${from}RUN`, /RUN/],
  ['a last line that goes on', `${from}RUN a \\`, /line 3/],
] as const) {
  test(`${what} is an error that names it`, (t) => {
    t.throws(() => readDockerfile(text), { instanceOf: ContainerFault, message: named });
  });
}

test('a line may go on in the next one, with a comment between', (t) => {
  const [stage] = readDockerfile(`${from}RUN one \\\n  # why\n  && two\n`);
  t.deepEqual(stage?.steps.at(-1), { kind: 'run', shell: 'one && two' });
});

test('the image brings the Node that the tests run on', async (t) => {
  const { devDependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const stages = readDockerfile(await readFile(join(root, 'Dockerfile'), 'utf8'));
  t.deepEqual(new Set(stages.map(({ image }) => image)), new Set([`node:${devDependencies.node}-slim`]));
});

test('Node itself reads no flag that is meant for the provider in the image', async (t) => {
  const stage = readDockerfile(await readFile(join(root, 'Dockerfile'), 'utf8')).at(-1);
  for (const words of [stage?.command, stage?.healthCheck]) t.deepEqual(words?.slice(0, 2), ['node', '--']);
});

test('no secret and no database that lies in the tree gets into an image', (t) => {
  const isInContext = buildContext(root);
  const secrets = [
    '.env',
    '.env.production',
    'src/.env',
    'src/config/.env.local',
    'tls.pem',
    'src/key.pem',
    'data/latchkey.db',
    ...[
      'src/tls.key',
      'src/TLS.KEY',
      'src/web/prod.env',
      'src/latchkey.db',
      'src/latchkey.db-wal',
      'src/latchkey.db.new',
    ],
    ...[
      'views/before-upgrade.db',
      'views/tls.PEM',
      'adapters/tls.crt',
      'adapters/backup.sqlite',
      'scripts/admin/a.p12',
    ],
    ...[
      'src/secret-keys',
      'src/latchkey-1.0.0.tgz',
      'src/dump.archive',
      'scripts/admin/jwks.json',
      'src/config/key.jwk',
    ],
    ...[
      'views/assets/password.txt',
      'src/id_rsa',
      'src/start.js.bak',
      'src/.env.ts',
      'src/.npmrc',
      'adapters/id_ed25519',
    ],
    ...['src/settings.yaml', 'views/accounts.csv', 'src/config/.secrets.ts', 'src/resource-server/keys.json'],
  ];
  const others = [
    'src/data/latchkey.db',
    '.git/config',
    'node_modules/koa/package.json',
    'src/resource-server/dist/koa.js',
  ];
  for (const path of [...secrets, ...others, 'test/support/user.ts', 'scripts/test.ts'])
    t.false(isInContext(path), path);
  for (const { name, files } of snippets)
    for (const file of files) t.true(isInContext(`examples/snippets/${name}/${file}`), `${name}/${file}`);
  for (const path of ['package.json', '.npmrc', 'src/start.js', 'views/login.ejs', 'scripts/admin/client.ts'])
    t.true(isInContext(path), path);
});

test('every file that is kept in a folder of the image gets into it', (t) => {
  const copied = readDockerfile(readFileSync(join(root, 'Dockerfile'), 'utf8')).flatMap(({ steps }) =>
    steps.flatMap((step) => (step.kind === 'copy' && step.from === undefined ? step.sources : [])),
  );
  const kept = execFileSync('git', ['ls-files', '--', ...new Set(copied)], { cwd: root, encoding: 'utf8' });
  const isInContext = buildContext(root);
  // Nothing reads these at run time.
  const isForPeople = /\.md$|\/tsconfig\.json$|^examples\/snippets\/(?:preview-callback\/|[^/]+\/go\.sum$)/;
  const paths = kept.trim().split('\n');
  t.true(paths.length > 200);
  for (const path of paths) t.is(isInContext(path), !isForPeople.test(path), path);
});

test('without .dockerignore everything is in the context, and its last line that matches decides', async (t) => {
  const folder = await temporaryFolder(t);
  t.true(buildContext(folder)('.env'));
  await writeFile(join(folder, '.dockerignore'), '# all\n*\n!a\na/b?\n**/*.key\n!a/kept.key\n');
  const isInContext = buildContext(folder);
  const paths = ['x', 'a/c', 'a/b1', 'a/b1/c', 'a/b12', 'a/c/d.key', 'a/kept.key', 'd.key'];
  t.deepEqual(paths.filter(isInContext), ['a/c', 'a/b12', 'a/kept.key']);
});

/** A provider in miniature, with all that an image of it needs. */
const files = {
  '.dockerignore': 'ignored\n',
  'ignored/file': '',
  'modules/.package-lock.json': '{ "packages": { "node_modules/tool": { "dev": true } } }',
  'src/start.js': `import { createServer } from 'node:http';
import { writeFileSync } from 'node:fs';
writeFileSync('data/database', 'rows');
createServer((_, response) => response.end()).listen(Number(process.env.PORT), process.env.HOST);
process.once('SIGTERM', () => process.exit(0));
`,
  'scripts/health.js': `await fetch('http://127.0.0.1:' + process.env.PORT).catch(() => process.exit(1));\n`,
  'scripts/admin.ts': '',
};

const good = `FROM node:24.21.0-slim AS build
WORKDIR /app
RUN mkdir data && id -u > user
FROM node:24.21.0-slim
WORKDIR /app
COPY modules node_modules
COPY src src
COPY scripts scripts
COPY --from=build --chown=node:node /app/data data
ENV HOST=0.0.0.0
USER node
VOLUME /app/data
STOPSIGNAL SIGTERM
HEALTHCHECK --timeout=5s CMD ["node", "scripts/health.js"]
CMD ["node", "src/start.js"]
`;

async function check(
  t: ExecutionContext,
  dockerfile: string,
  changes: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> {
  const context = await temporaryFolder(t);
  for (const [path, text] of Object.entries({ ...files, ...changes })) {
    await mkdir(join(context, path, '..'), { recursive: true });
    await writeFile(join(context, path), text);
  }
  // Nothing here asks npm for anything.
  const machine = { ...makeMachine(), buildEnvironment: () => ({}) };
  t.teardown(() => machine.remove());
  const told: string[] = [];
  const tell = (line: string) => void told.push(line);
  await runImage(buildImage(readDockerfile(dockerfile), context, machine, tell), machine, tell);
  return told;
}

test.serial('an image of a user without a name is content too', async (t) => {
  await t.notThrowsAsync(check(t, good.replace('USER node', 'USER 1000:1000')));
});

test('an image that keeps every rule is content', async (t) => {
  t.true((await check(t, good)).includes('nothing was written outside of its volume'));
});

const faults: readonly (readonly [string, (text: string) => string, RegExp, Record<string, string>?])[] = [
  [
    'a file to copy that is mistyped',
    (text) => text.replace('COPY src src', 'COPY scr src'),
    /COPY scr src: scr does not exist/,
  ],
  [
    'a file to copy that .dockerignore leaves out',
    (text) => text.replace('COPY src src', 'COPY ignored src'),
    /leaves out ignored/,
  ],
  ['a file outside of the tree', (text) => text.replace('COPY src src', 'COPY ../src src'), /outside/],
  ['several files into none', (text) => text.replace('COPY src src', 'COPY src scripts all'), /several/],
  ['a stage that is mistyped', (text) => text.replace('--from=build', '--from=built'), /no stage built/],
  [
    'a file of a stage that is mistyped',
    (text) => text.replace('/app/data data', '/app/date data'),
    /app\/date does not exist/,
  ],
  ['a copy before WORKDIR', (text) => text.replaceAll('WORKDIR /app\n', ''), /WORKDIR/],
  ['a RUN line that fails', (text) => text.replace('mkdir data', 'mkdir data/data/data'), /RUN mkdir data\/data\/data/],
  ['a RUN line of a program that is not there', (text) => text.replace('mkdir', 'mkdirr'), /RUN mkdirr/],
  ['code that is not copied', (text) => text.replace('COPY src src\n', ''), /CMD: it ended with 1/],
  ['the user root', (text) => text.replace('USER node\n', ''), /USER/],
  ['the user root by its name', (text) => text.replace('USER node', 'USER root'), /USER/],
  ['the user root by its number', (text) => text.replace('USER node', 'USER 0:0'), /USER/],
  ...[
    '00',
    '0x0',
    '+0',
    '-0',
    '0 ',
    '4294967296',
    'Root',
    'root:node',
    '"root"',
    '$USER',
    'nobody',
    'node:root',
    'node:0',
    ':0',
  ].map((user) => [`the user ${user}`, (text: string) => text.replace('USER node', `USER ${user}`), /USER/] as const),
  ['no command', (text) => text.replace(/CMD.*\n$/, ''), /CMD/],
  ['no health check', (text) => text.replace(/HEALTHCHECK.*\n/, ''), /HEALTHCHECK/],
  ['no signal', (text) => text.replace(/STOPSIGNAL.*\n/, ''), /STOPSIGNAL/],
  ['no volume', (text) => text.replace(/VOLUME.*\n/, ''), /VOLUME/],
  ['a listener that nobody outside reaches', (text) => text.replace('0.0.0.0', '127.0.0.1'), /HOST/],
  ['a health check that is always content', (text) => text, /HEALTHCHECK: it is content/, { 'scripts/health.js': '' }],
  [
    'a program that writes beside its volume',
    (text) => text,
    /CMD: it ended/,
    { 'src/start.js': `import fs from 'node:fs'; fs.writeFileSync('src/log', '');` },
  ],
  [
    'a program that does not end well',
    (text) => text,
    /STOPSIGNAL/,
    { 'src/start.js': files['src/start.js'].replace('exit(0)', 'exit(3)') },
  ],
  [
    'a program that writes no data',
    (text) => text,
    /VOLUME/,
    { 'src/start.js': files['src/start.js'].replace(/^writeFile.*$/m, '') },
  ],
  [
    'an admin command that fails',
    (text) => text,
    /admin command ended with 1/,
    { 'scripts/admin.ts': 'process.exit(1)' },
  ],
  ['a development dependency', (text) => text, /tool is a development/, { 'modules/tool/package.json': '{}' }],
];

for (const [what, change, message, changes] of faults) {
  test.serial(`an image with ${what} is not content`, async (t) => {
    await t.throwsAsync(check(t, change(good), changes), { instanceOf: ContainerFault, message });
  });
}
