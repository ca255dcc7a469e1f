/** Fills an empty installation with what the demo needs, through the same functions as the admin command. */
import { randomInt } from 'node:crypto';
import { openInstallation } from '../../src/compose.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { createAccount } from '../../src/domain/accounts/create.ts';
import { registerClient } from '../../src/domain/clients/register.ts';
import { createResource } from '../../src/domain/resources/resources.ts';
import { grantRole } from '../../src/domain/roles/roles.ts';
import { addressOf, type Ports, resourceOf } from './ports.ts';

/** Known only now: the database keeps hashes. */
export interface Seeded {
  readonly email: string;
  readonly password: string;
  readonly appName: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

const email = 'robin@example.com';
const appName = 'Fieldnotes';

export async function seed(environment: Readonly<Record<string, string>>, ports: Ports): Promise<Seeded> {
  const installation = await openInstallation(readConfig(environment));
  try {
    const resource = await createResource(notesResource(ports), installation);
    const password = newPassphrase();
    const robin = { email, emailVerified: true, username: 'robin', name: 'Robin Redbreast', password };
    const [client, account] = await Promise.all([
      registerClient(appMetadata(addressOf(ports.app), resource.identifier), installation.registration),
      createAccount(robin, installation),
    ]);
    await grantRole(account.id, 'developer', installation);
    return {
      email,
      password,
      appName,
      clientId: String(client.client_id),
      clientSecret: String(client.client_secret),
    };
  } finally {
    await installation.close();
  }
}

function notesResource(ports: Ports) {
  return {
    identifier: resourceOf(ports),
    name: 'Notes',
    scopes: { 'notes:read': 'Read your notes', 'notes:write': 'Write notes for you' },
    language: 'en',
    format: 'jwt',
    ttlSeconds: 600,
    alg: 'ES256',
    introspectionClients: [],
  } as const;
}

function appMetadata(app: string, resource: string) {
  return {
    client_name: appName,
    client_uri: app,
    redirect_uris: [`${app}/callback`],
    post_logout_redirect_uris: [`${app}/signed-out`],
    backchannel_logout_uri: `${app}/backchannel-logout`,
    backchannel_logout_session_required: true,
    grant_types: ['authorization_code', 'refresh_token'],
    resources: [resource],
  };
}

// Without letters that look like a digit or another letter. 16 of these 30 are 78 random bits.
const signs = 'abcdefghjkmnpqrstuvwxyz2346789';
const groups = 4;
const groupLength = 4;

function newPassphrase(): string {
  const group = () => Array.from({ length: groupLength }, () => signs[randomInt(signs.length)]).join('');
  return Array.from({ length: groups }, group).join('-');
}
