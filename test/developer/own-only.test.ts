/** Whose client it is: every page and form of one, as everybody, for a client that is not theirs. */
import { randomUUID } from 'node:crypto';
import test from 'ava';
import type { Response } from 'got';
import { removeClient, setClientOwner, updateClient } from '../../src/domain/clients/change.ts';
import { rotateClientSecret } from '../../src/domain/clients/secrets.ts';
import type { ClientStore, RegisteredClient } from '../../src/storage/records/clients.ts';
import { signInAt } from '../account/fixture.ts';
import { formIn } from '../journeys/forms.ts';
import { send } from '../security/sent-form.ts';
import { newVisitor, sharedProvider } from '../support/provider-fixture.ts';
import type { Page, User } from '../support/user.ts';
import { newDeveloper, withClient } from './fixture.ts';

const fixture = await sharedProvider();
const { issuer, installation } = fixture.latchkey;

/** In every client of somebody else. */
const PLANTED = ['Planted name', 'planted.example', 'planted-hash', 'planted@example.com'];

async function plant(more: Partial<RegisteredClient>): Promise<string> {
  const id = `planted-${randomUUID()}`;
  const metadata = {
    client_name: 'Planted name',
    redirect_uris: ['https://planted.example/callback'],
    contacts: ['planted@example.com'],
    grant_types: ['authorization_code'],
    response_types: ['code'],
    token_endpoint_auth_method: 'client_secret_basic',
  };
  await installation.clients.create({ id, metadata, secretHashes: ['planted-hash'], ...more });
  return id;
}

const subjects: Readonly<Record<string, () => Promise<string>>> = {
  'another developer’s': async () => plant({ origin: 'developer', owner: (await newDeveloper(fixture)).id }),
  'one that belongs to nobody any more': () => plant({ origin: 'developer' }),
  'an administrator’s': () => plant({}),
  'one that registered itself': () => plant({ origin: 'registration' }),
  'no client': async () => randomUUID(),
  'the page /account': async () => 'latchkey-account',
};

interface Visitor {
  readonly user: User;
  /** A page of theirs with the hidden fields of a form. */
  readonly page: Page;
}

const signedIn = async (role: 'developer' | 'admin' | 'none'): Promise<Visitor> => {
  const user = newVisitor();
  return { user, page: await signInAt(fixture, await newDeveloper(fixture, role), user) };
};

const roles: Readonly<Record<string, { readonly visitor: () => Promise<Visitor>; readonly status: 403 | 404 }>> = {
  'a developer': { visitor: () => signedIn('developer'), status: 404 },
  'an administrator': { visitor: () => signedIn('admin'), status: 404 },
  'somebody without the role': { visitor: () => signedIn('none'), status: 403 },
};

type Act = (visitor: Visitor, path: string) => Promise<Pick<Response<string>, 'statusCode' | 'body'>>;

const posted =
  (below: string, fields: Readonly<Record<string, string>>): Act =>
  ({ user, page }, path) =>
    send(user, { ...formIn(page, 'name-submit'), address: `${issuer}${path}${below}` }, { fields });

const doors: Readonly<Record<string, Act>> = {
  'the page of it': async ({ user }, path) => {
    const { status: statusCode, body } = await user.open(`${issuer}${path}`);
    return { statusCode, body };
  },
  'its settings': posted('', { client_name: 'Taken over', redirect_uris: 'https://evil.example/' }),
  'settings that are wrong': posted('', { redirect_uris: 'javascript:alert(1)' }),
  'its secret': posted('/secret', { replaces: '', overlap: '0' }),
  'its secret, for how long nobody knows': posted('/secret', { replaces: '', overlap: 'x' }),
  'its removal': posted('/remove', { understood: 'yes' }),
  'its removal, without the tick': posted('/remove', {}),
};

for (const [role, { visitor, status }] of Object.entries(roles)) {
  let asThem: Promise<Visitor> | undefined;
  for (const [door, act] of Object.entries(doors)) {
    test(`${role} is told the same at ${door} of every client that is not theirs`, async (t) => {
      asThem ??= visitor();
      const them = await asThem;
      const bodies = new Set<string>();
      for (const [whose, begin] of Object.entries(subjects)) {
        const id = await begin();
        const before = await installation.clients.get(id);
        const { statusCode, body } = await act(them, `/developer/clients/${id}`);
        t.is(statusCode, status, whose);
        for (const text of PLANTED) t.false(body.includes(text), `${whose}: ${text}`);
        bodies.add(body);
        t.deepEqual(await installation.clients.get(id), before, whose);
      }
      t.is(bodies.size, 1);
    });
  }
}

test('the list names own clients alone', async (t) => {
  await plant({ origin: 'developer', owner: (await newDeveloper(fixture)).id });
  const { user, clientId } = await withClient(fixture);
  const { body } = await user.open(`${issuer}/developer`);
  t.deepEqual(
    [...body.matchAll(/href="\/developer\/clients\/([^"]*)"/g)].map(([, id]) => id),
    [clientId],
  );
  for (const text of PLANTED) t.false(body.includes(text));
});

test('whoever is signed out is shown nothing of a client, and their forms do nothing', async (t) => {
  const { user, clientId, page } = await withClient(fixture);
  const stranger = newVisitor();
  const asked = await stranger.open(`${issuer}/developer/clients/${clientId}`);
  t.true(asked.body.includes('id="login-submit"'));
  t.false(asked.body.includes(REDIRECT_HOST));
  const form = formIn(page, 'client-save');
  await user.open(`${issuer}/session/end`).then((end) => user.submit(end, 'logout-confirm'));
  const refused = await send(user, form, { fields: { client_name: 'Too late' } });
  t.is(refused.statusCode, 403);
  t.true(refused.body.includes('data-message="signed_out"'));
  t.is((await installation.clients.get(clientId))?.metadata.client_name, 'Notes');
});

const REDIRECT_HOST = 'notes.example';

/** Between the look of an act at a client and its first write. */
function beforeWriting(clientId: string, happens: () => Promise<unknown>): () => void {
  const { clients } = installation;
  const writing = ['update', 'put', 'remove', 'removeIf'] as const satisfies readonly (keyof ClientStore)[];
  let isDone = false;
  for (const name of writing) {
    const write: (id: string, ...rest: never[]) => Promise<unknown> = clients[name].bind(clients);
    const intercepted = async (id: string, ...rest: never[]) => {
      if (id === clientId && !isDone) {
        isDone = true;
        await happens();
      }
      return write(id, ...rest);
    };
    Object.assign(clients, { [name]: intercepted });
  }
  return () => {
    for (const name of writing) Reflect.deleteProperty(clients, name);
  };
}

const acts = {
  'client-save': { redirect_uris: 'https://former.example/callback' },
  'secret-rotate': { overlap: '0' },
  'client-remove': { understood: 'yes' },
} as const;

const endings: Readonly<Record<string, (id: string) => Promise<unknown>>> = {
  'goes to somebody else': async (id) =>
    setClientOwner(id, (await newDeveloper(fixture)).id, installation.registration),
  'is taken from them': (id) => setClientOwner(id, undefined, installation.registration),
  'has another origin by now': (id) =>
    installation.clients.update(id, (client) => ({ ...client, origin: 'registration' })),
};

for (const [ending, end] of Object.entries(endings)) {
  for (const [button, fields] of Object.entries(acts)) {
    test.serial(`a client that ${ending} while ${button} is under way stays as it is`, async (t) => {
      const { user, clientId } = await withClient(fixture);
      const page = await user.open(`${issuer}/developer/clients/${clientId}`);
      let begun: RegisteredClient | undefined;
      const restore = beforeWriting(clientId, async () => {
        await end(clientId);
        begun = await installation.clients.get(clientId);
      });
      const { statusCode, body } = await send(user, formIn(page, button), { fields });
      restore();
      t.is(statusCode, 404);
      t.true(body.includes('data-message="client_unknown"'));
      t.truthy(begun);
      t.deepEqual(await installation.clients.get(clientId), begun);
    });
  }
}

const DONE = 303;

interface Change {
  readonly happens: (clientId: string) => Promise<unknown>;
  /** The message, or that it was done. */
  readonly expected: Readonly<Record<keyof typeof acts, string | typeof DONE>>;
}

const changes: Readonly<Record<string, Change>> = {
  'was removed': {
    happens: (clientId) => removeClient(clientId, installation),
    expected: { 'client-save': 'client_unknown', 'secret-rotate': 'client_unknown', 'client-remove': 'client_unknown' },
  },
  'has become public': {
    happens: (clientId) => updateClient(clientId, { token_endpoint_auth_method: 'none' }, installation.registration),
    expected: { 'client-save': DONE, 'secret-rotate': 'no_secret', 'client-remove': DONE },
  },
  'has got another secret': {
    happens: (clientId) => rotateClientSecret({ clientId, keepsPrevious: false }, installation.registration),
    expected: { 'client-save': DONE, 'secret-rotate': 'secret_rotated', 'client-remove': DONE },
  },
};

for (const [change, { happens, expected }] of Object.entries(changes)) {
  for (const button of Object.keys(acts) as (keyof typeof acts)[]) {
    test.serial(`${button} of a client that ${change} since the page was opened is answered by a page`, async (t) => {
      for (const isUnderWay of [false, true]) {
        const { user, clientId } = await withClient(fixture);
        const page = await user.open(`${issuer}/developer/clients/${clientId}`);
        const restore = isUnderWay ? beforeWriting(clientId, () => happens(clientId)) : () => {};
        if (!isUnderWay) await happens(clientId);
        const { statusCode, body } = await send(user, formIn(page, button), { fields: acts[button] });
        restore();
        const told = /data-message="(\w+)"/.exec(body)?.[1] ?? statusCode;
        t.is(told, expected[button], isUnderWay ? 'while it is under way' : 'before it is sent');
      }
    });
  }
}

for (const [how, end] of Object.entries({
  'loses the role': (id: string) => installation.accounts.update(id, (account) => ({ ...account, roles: [] })),
  'is disabled': (id: string) => installation.accounts.update(id, (account) => ({ ...account, isDisabled: true })),
})) {
  test(`whoever ${how} is shown no page of the portal from then on, and their forms do nothing`, async (t) => {
    const { user, account, clientId, page } = await withClient(fixture);
    await end(account.id);
    const shown = await user.open(`${issuer}/developer/clients/${clientId}`);
    t.false(shown.body.includes(REDIRECT_HOST));
    t.false((await user.open(`${issuer}/developer`)).body.includes(clientId));
    const { statusCode } = await send(user, formIn(page, 'client-save'), { fields: { client_name: 'Too late' } });
    t.is(statusCode, 403);
    t.is((await installation.clients.get(clientId))?.metadata.client_name, 'Notes');
  });
}
