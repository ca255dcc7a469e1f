/** The programs of examples/snippets, as the page of a client shows them: which clients each is for, and how it is started. */
import { readFileSync } from 'node:fs';

const folder = new URL('../../../examples/snippets/', import.meta.url);

/** `web`: with a secret, on a server. `browser`: without one. `api`: what takes the tokens of a client that is a program. */
export type SnippetKind = 'web' | 'browser' | 'api';

export interface Snippet {
  /** Of its folder, and of its page in docs/connect. */
  readonly name: string;
  readonly title: string;
  readonly kind: SnippetKind;
  /** In the order in which somebody reads them. */
  readonly files: readonly string[];
  /** Lines of a shell, in the folder of the files. */
  readonly install: readonly string[];
  readonly start: string;
  /** A setting that only the program itself knows: made where it is started. */
  readonly own?: { readonly name: string; readonly command: string };
  /** Its library makes the path of the redirect URI by itself. */
  readonly callbackPath?: string;
  readonly scopeSeparator?: ',';
  /** What it asks for beside what every program does. */
  readonly scopes?: readonly string[];
  /** It sends no code challenge: for clients that an administrator exempts. */
  readonly needsNoPkce?: true;
  /** It asks for no API. */
  readonly namesNoApi?: true;
}

const node = { install: ['npm install'], start: 'node app.js', files: ['package.json', 'app.js'] } as const;
const go = {
  install: ['go mod tidy', 'go build -o program .'],
  start: './program',
  files: ['go.mod', 'main.go'],
} as const;
const pip = ['python3 -m venv .venv', '.venv/bin/pip install -r requirements.txt'] as const;
const java = { install: ['mvn package'], start: 'java -jar target/program.jar' } as const;
const resources = 'src/main/resources/application.yaml';

export const snippets = [
  { name: 'openid-client', title: 'Node: openid-client', kind: 'web', ...node },
  {
    ...{ name: 'express-openid-connect', title: 'Express: express-openid-connect', kind: 'web', ...node },
  },
  {
    ...{ name: 'auth-js', title: 'Express: Auth.js', kind: 'web', ...node },
    own: { name: 'AUTH_SECRET', command: 'openssl rand -hex 32' },
    callbackPath: '/auth/callback/latchkey',
  },
  {
    ...{ name: 'passport-openidconnect', title: 'Express: Passport', kind: 'web', ...node },
    ...{ needsNoPkce: true, namesNoApi: true },
  },
  {
    ...{ name: 'authlib', title: 'Python: Authlib', kind: 'web', files: ['requirements.txt', 'app.py'], install: pip },
    start: '.venv/bin/python app.py',
    own: { name: 'SESSION_KEY', command: 'openssl rand -hex 32' },
  },
  {
    ...{ name: 'spring-boot-app', title: 'Java: Spring Boot', kind: 'web', ...java },
    files: [
      'pom.xml',
      resources,
      'src/main/java/com/example/app/App.java',
      'src/main/java/com/example/app/Security.java',
    ],
    ...{ callbackPath: '/login/oauth2/code/latchkey', scopeSeparator: ',' },
  },
  { name: 'go-oidc', title: 'Go: coreos/go-oidc', kind: 'web', ...go },
  {
    ...{ name: 'oauth2-proxy', title: 'oauth2-proxy', kind: 'web', files: ['oauth2-proxy.cfg', 'start.sh'] },
    install: ['go install github.com/oauth2-proxy/oauth2-proxy/v7@v7.15.6'],
    start: 'sh start.sh',
    own: { name: 'COOKIE_SECRET', command: 'openssl rand -hex 16' },
    ...{ callbackPath: '/oauth2/callback', namesNoApi: true, scopes: ['groups'] },
  },
  {
    ...{ name: 'oidc-client-ts', title: 'oidc-client-ts', kind: 'browser', install: ['npm install'] },
    files: ['package.json', 'vite.config.js', 'index.html', 'main.js'],
    start: 'npx vite',
  },
  {
    ...{ name: 'pyjwt', title: 'Python: PyJWT', kind: 'api', files: ['requirements.txt', 'api.py'], install: pip },
    start: '.venv/bin/python api.py',
  },
  { name: 'go-oidc-api', title: 'Go: coreos/go-oidc', kind: 'api', ...go },
  {
    ...{ name: 'spring-boot-api', title: 'Java: Spring Boot', kind: 'api', ...java },
    files: ['pom.xml', resources, 'src/main/java/com/example/api/Api.java'],
  },
] as const satisfies readonly Snippet[];

export interface SnippetFile {
  readonly name: string;
  readonly text: string;
}

/** Read once, at the start, which ends if the package or image lacks one. */
export const snippetFiles: ReadonlyMap<string, readonly SnippetFile[]> = new Map(
  snippets.map(({ name, files }) => [
    name,
    files.map((file) => ({ name: file, text: readFileSync(new URL(`${name}/${file}`, folder), 'utf8') })),
  ]),
);
