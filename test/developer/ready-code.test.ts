/** The code that a client can be started with: for whom there is which, and that no value gets out of its place. */
import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { blocksOf, readPage } from '../../scripts/connect/page.ts';
import { programsFor, type ReadyCodeOf, SECRET_PLACEHOLDER } from '../../src/web/developer/ready-code.ts';
import { type Snippet, snippets } from '../../src/web/developer/snippets.ts';

const ISSUER = 'https://id.example.com';
const folder = fileURLToPath(new URL('../../examples/snippets/', import.meta.url));
const web = {
  client_id: 'shop',
  client_name: 'Shop',
  grant_types: ['authorization_code', 'refresh_token'],
  redirect_uris: ['https://shop.example/signed-in'],
  post_logout_redirect_uris: ['https://shop.example/'],
};

function settingsIn(commands: string): Readonly<Record<string, string>> {
  const exports = commands.split('\n').filter((line) => /^export [A-Z_]+='/.test(line));
  const printed = execFileSync('sh', ['-ec', `${exports.join('\n')}\nenv -0`], {
    env: { PATH: process.env.PATH ?? '' },
  });
  const pairs = printed
    .toString()
    .split('\0')
    .map((pair): [string, string] => {
      const [name = '', ...value] = pair.split('=');
      return [name, value.join('=')];
    });
  return Object.fromEntries(
    pairs.filter(([name]) => /^[A-Z]+(?:_[A-Z]+)*$/.test(name) && !['PATH', 'PWD', 'SHLVL', ''].includes(name)),
  );
}

const namesFor = (client: Readonly<Record<string, unknown>>): readonly string[] =>
  programsFor({ client, issuer: ISSUER }).map(({ name }) => name);

test('each kind of client is shown the programs that it can start', (t) => {
  const server = [
    'openid-client',
    'express-openid-connect',
    'auth-js',
    'authlib',
    'spring-boot-app',
    'go-oidc',
    'oauth2-proxy',
  ];
  t.deepEqual(namesFor(web), server);
  t.deepEqual(namesFor({ ...web, token_endpoint_auth_method: 'client_secret_post' }), server);
  t.deepEqual(namesFor({ ...web, token_endpoint_auth_method: 'none' }), ['oidc-client-ts']);
  t.deepEqual(namesFor({ client_id: 'job', grant_types: ['client_credentials'] }), [
    'pyjwt',
    'go-oidc-api',
    'spring-boot-api',
  ]);
  for (const other of [
    { token_endpoint_auth_method: 'private_key_jwt' },
    { application_type: 'native' },
    { redirect_uris: [] },
    { grant_types: [] },
  ])
    t.deepEqual(namesFor({ ...web, ...other }), [], JSON.stringify(other));
});

test('what sends no code challenge is shown to whom an administrator exempted', (t) => {
  t.true(namesFor({ ...web, require_pkce: false }).includes('passport-openidconnect'));
});

test('a program is started with what the client is registered with, and without its secret', (t) => {
  const [program] = programsFor({ client: web, issuer: ISSUER });
  t.deepEqual(settingsIn(program?.commands ?? ''), {
    ISSUER,
    CLIENT_ID: 'shop',
    CLIENT_SECRET: SECRET_PLACEHOLDER,
    REDIRECT_URI: 'https://shop.example/signed-in',
    POST_LOGOUT_REDIRECT_URI: 'https://shop.example/',
    SCOPE: 'openid profile email',
    PORT: '4000',
  });
  const made = programsFor({ client: web, issuer: ISSUER, secret: 'of a moment ago' });
  for (const { name, commands } of made) t.is(settingsIn(commands).CLIENT_SECRET, 'of a moment ago', name);
});

test('scopes are those that the client is bound to, and an API is named where it has one', (t) => {
  const api = { identifier: 'https://api.shop.example/', scopes: ['orders:read'] };
  const settingsOf = (client: object) =>
    Object.fromEntries(
      programsFor({ client: { ...web, ...client }, issuer: ISSUER, api }).map(({ name, commands }) => [
        name,
        settingsIn(commands),
      ]),
    );
  const free = settingsOf({});
  t.like(free['openid-client'], { API: api.identifier, SCOPE: 'openid profile email orders:read' });
  t.like(free['spring-boot-app'], { API: api.identifier, SCOPE: 'openid,profile,email,orders:read' });
  t.is(free['oauth2-proxy']?.API, undefined);
  t.is(free['oauth2-proxy']?.SCOPE, 'openid profile email groups');
  t.is(settingsOf({ scope: 'openid  orders:read' })['go-oidc']?.SCOPE, 'openid orders:read');
});

test('a library that makes its redirect URI by itself takes that one, or says which the client lacks', (t) => {
  const lacking = Object.fromEntries(
    programsFor({ client: web, issuer: ISSUER }).map(({ name, lacks }) => [name, lacks]),
  );
  t.is(lacking['openid-client'], undefined);
  t.is(lacking['auth-js'], 'https://shop.example/auth/callback/latchkey');
  t.is(lacking['oauth2-proxy'], 'https://shop.example/oauth2/callback');
  const client = { ...web, redirect_uris: [...web.redirect_uris, 'http://localhost:4100/oauth2/callback'] };
  const proxy = programsFor({ client, issuer: ISSUER }).find(({ name }) => name === 'oauth2-proxy');
  t.is(proxy?.lacks, undefined);
  t.like(settingsIn(proxy?.commands ?? ''), { REDIRECT_URI: 'http://localhost:4100/oauth2/callback', PORT: '4100' });
});

const hostile = [
  ...[
    `'`,
    `"`,
    '`',
    '\\',
    `\\'`,
    `';id;'`,
    `"; id; "`,
    '$(id)',
    '`id`',
    `$${'{PATH}'}`,
    '$PATH',
    '!!',
    '#',
    '&',
    '|',
    '<',
    '>',
    '*',
    '~',
  ],
  ...[
    `'+process.exit()+'`,
    `"""`,
    `'''`,
    '`,)}',
    '\u2028',
    '%0a',
    '{{7*7}}',
    '<%= 1 %>',
    '</script>',
    ': x',
    '- x',
    ']]>',
    '-->',
    ';x=1',
    '=x',
  ],
];

test('whatever the values are, a shell reads them letter by letter, and nothing else', (t) => {
  for (const text of hostile) {
    const uri = `https://shop.example/cb/${text.replace('?', '')}`;
    const client = {
      ...web,
      client_id: `id${text}`,
      client_name: text,
      redirect_uris: [uri],
      scope: `openid ${text.replaceAll(' ', '')}`,
    };
    const issuer = `https://id.example.com/${text}`;
    const [program] = programsFor({ client, issuer, secret: `s${text}` });
    t.like(
      settingsIn(program?.commands ?? ''),
      { ISSUER: issuer, CLIENT_ID: `id${text}`, CLIENT_SECRET: `s${text}`, REDIRECT_URI: uri },
      text,
    );
  }
});

test('a line break in a value begins no line of its own', (t) => {
  for (const text of ['\n', '\r\n', '\0', "'\nid\n'"]) {
    const program = programsFor({ client: { ...web, client_id: `a${text}b`, client_name: text }, issuer: ISSUER })[0];
    const lines = (program?.commands ?? '').split('\n');
    t.true(
      lines.every((line) => line === '' || /^(?:npm install|node app\.js|export [A-Z_]+='.*')$/.test(line)),
      text,
    );
  }
});

test('files are shown byte for byte, whatever the client: no value of one is in any', (t) => {
  const marked = {
    ...web,
    client_id: 'MARK',
    client_name: 'MARK',
    redirect_uris: ['https://mark.example/MARK'],
    scope: 'openid MARK',
  };
  const clients: readonly ReadyCodeOf['client'][] = [
    marked,
    { ...marked, token_endpoint_auth_method: 'none' },
    { ...marked, grant_types: ['client_credentials'] },
    { ...marked, require_pkce: false },
  ];
  for (const client of clients)
    for (const { name, files } of programsFor({ client, issuer: 'https://MARK.example', secret: 'MARK' }))
      for (const file of files) t.is(file.text, readFileSync(`${folder}${name}/${file.name}`, 'utf8'));
});

const lockFiles = ['package-lock.json', 'go.sum'];

for (const { name, files, install, start, own } of snippets as readonly Snippet[]) {
  test(`of ${name} every file is shown, and it is started as its page of docs/connect says`, async (t) => {
    const found = globSync('**/*', { cwd: `${folder}${name}`, withFileTypes: true })
      .filter((entry) => entry.isFile() && !lockFiles.includes(entry.name))
      .map((entry) => `${entry.parentPath}/${entry.name}`.slice(`${folder}${name}/`.length));
    t.deepEqual(files.toSorted(), found.toSorted());
    const page = await readPage(name);
    t.true(blocksOf(page).length > 0);
    const block = /^## Start\n\n```\n([\s\S]*?)```/m.exec(page)?.[1] ?? '';
    for (const line of install) t.true(block.split('\n').includes(line), line);
    t.true(block.endsWith(`${start}\n`), start);
    if (own !== undefined) t.true(block.includes(`export ${own.name}=$(${own.command})`), own.name);
  });
}
