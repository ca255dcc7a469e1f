/** The installation's own keys, which are never sent. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openInstallation } from '../../../src/compose.ts';
import { readConfig } from '../../../src/config/read-config.ts';
import type { Fixture } from './fixture.ts';
import type { SeenValue } from './seen-values.ts';

/** What development keeps in its key file: the one exception to the rule. */
export const KEY_FILE = 'secret-keys';

const DERIVED = ['cookies', 'interaction forms', 'dpop nonces', 'known devices'] as const;
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi'] as const;

export function keyRing({ folder }: Fixture): SeenValue[] {
  const [...keys] = readFileSync(join(folder, KEY_FILE), 'utf8').trim().split(',');
  return keys.map((value) => ({ name: 'key of the ring', value }));
}

export async function storedKeys({ environment }: Fixture): Promise<SeenValue[]> {
  const { keys, ring, close } = await openInstallation(readConfig(environment));
  try {
    const [index, signing] = [await keys.load('index'), await keys.load('signing')];
    if (index === undefined || signing === undefined) throw new Error('the installation has not made its keys');
    const jwks = JSON.parse(Buffer.from(signing.value).toString()) as { keys: Record<string, string>[] };
    const privateMembers = jwks.keys.flatMap((jwk) => PRIVATE_MEMBERS.flatMap((member) => jwk[member] ?? []));
    return [
      { name: 'index key', value: Buffer.from(index.value).toString('base64url') },
      ...privateMembers.map((value) => ({ name: 'private signing key', value })),
      ...DERIVED.flatMap((label) =>
        ring.derive(label).map((key) => ({ name: `key for ${label}`, value: key.toString('base64url') })),
      ),
    ];
  } finally {
    await close();
  }
}
