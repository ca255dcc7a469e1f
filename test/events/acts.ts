/** How each administrator's act comes about: the commands, in the order in which they are run on one database. */
import type { Admin } from '../support/admin-command.ts';

const ADA = 'ada@example.test';
const GRACE = 'grace@example.test';
const API = 'https://api.example.test/';

/** What users do on the pages. */
export interface Users {
  /** Allows a client something. */
  allow(accountId: string, clientId: string): Promise<void>;
  /** As if this account had been registered, and waited for approval. */
  register(accountId: string): Promise<void>;
}

/** Runs every act once; returns what the commands wrote to standard error. */
export async function runEveryAct(admin: Admin, elsewhere: string, users: Users): Promise<string> {
  const errors: string[] = [];
  const act = async (args: readonly string[], input = ''): Promise<Record<string, unknown>> => {
    const { exitCode, stderr, json } = await admin([...args, '--json'], input);
    if (exitCode !== 0) throw new Error(`${args.join(' ')}: ${stderr}`);
    errors.push(stderr);
    return json();
  };
  await act(['storage', 'migrate']);
  const { id: accountId } = await act(['account', 'create', '--email', ADA]);
  await act(['account', 'update', ADA, '--name', 'Ada']);
  await act(['account', 'set-password', ADA], 'correct horse battery staple\n');
  await act(['account', 'grant-role', ADA, 'admin']);
  await act(['account', 'revoke-role', ADA, 'admin']);
  await act(['account', 'disable', ADA]);
  await act(['account', 'enable', ADA]);
  await act(['account', 'sessions-end', ADA]);
  await act(['account', 'reset-factors', ADA]);
  await act(['account', 'invite', '--email', GRACE]);
  await act(['account', 'invitations', '--withdraw', GRACE]);
  await users.register(String(accountId));
  await act(['account', 'approve', ADA]);
  await act(['resource', 'create', '--identifier', API]);
  await act(['resource', 'update', API, '--name', 'Notes']);
  await act(['resource', 'remove', API]);
  await act(['scope', 'create', '--name', 'teams', '--claims', 'team', '--description', 'See your team']);
  await act(['scope', 'remove', 'teams']);
  await act(['keys', 'rotate']);
  await act(['keys', 'rotate', '--now']);
  const { client_id: id } = await act(['client', 'create', '--name', 'Notes', '--redirect-uri', 'https://a.example/']);
  const client = String(id);
  await act(['client', 'update', client, '--name', 'Other notes']);
  await act(['client', 'rotate-secret', client]);
  await act(['client', 'rotate-secret', client, '--finish']);
  await act(['client', 'rotate-secret', client, '--at-once']);
  const { id: tokenId } = await act(['registration-token', 'create']);
  await act(['registration-token', 'revoke', String(tokenId)]);
  await users.allow(String(accountId), client);
  await act(['grants', 'revoke', '--account', ADA, '--client', client]);
  await act(['client', 'remove', client]);
  await act(['client', 'block', 'https://app.example/client.json']);
  await act(['client', 'unblock', 'https://app.example/client.json']);
  await users.register(String(accountId));
  await act(['account', 'reject', ADA]);
  await act(['account', 'create', '--email', ADA]);
  await act(['account', 'delete', ADA]);
  await act(['storage', 'purge']);
  await act(['storage', 're-encrypt']);
  await act(['storage', 'copy', '--to', `sqlite:${elsewhere}`]);
  return errors.join('\n');
}
