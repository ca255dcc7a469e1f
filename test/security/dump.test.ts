/** Whoever steals the database, the data folder and the logs holds nothing that opens, redeems or names anything. */
import test from 'ava';
import { type Collection, collectionNames } from '../../src/ports/collections.ts';
import { forEachEngine } from '../support/engines.ts';
import { findSecrets, type Haystack } from './dump/find-secrets.ts';
import { databaseAt, filesIn } from './dump/haystacks.ts';
import { KEY_FILE, keyRing, storedKeys } from './dump/keys.ts';
import { misuse } from './dump/misuse.ts';
import { secretNames, secretsAmong } from './dump/secret-names.ts';
import { type SeenValue, valuesIn } from './dump/seen-values.ts';
import {
  leaveThingsOpen,
  refuse,
  signInAnew,
  signInSilently,
  signInWithDetours,
  signOut,
} from './dump/sign-in-and-out.ts';
import {
  actAsService,
  introspectAndRevoke,
  pushWithProof,
  refresh,
  refreshForApi,
  userinfo,
} from './dump/use-tokens.ts';
import { openWorld, type World } from './dump/world.ts';

async function useEverything(world: World): Promise<void> {
  const first = await signInWithDetours(world);
  await refreshForApi(world, first);
  const second = await signInSilently(world, first.person);
  await userinfo(world, { authorization: `Bearer ${second.tokens.access_token}` });
  await introspectAndRevoke(world, second);
  await introspectAndRevoke(world, first);
  await actAsService(world);
  await signOut(world, first);

  // Stays signed in: a thief finds live sessions, grants, tokens and codes.
  const person = await signInAnew(world);
  await pushWithProof(world, person);
  await refuse(world);
  await leaveThingsOpen(world, person);
  await misuse(world, await signInSilently(world, person));
  await refresh(world, await signInSilently(world, person));
}

async function everythingToSearch({ environment, folder, logs }: World): Promise<Haystack[]> {
  const log = { name: 'the log', bytes: Buffer.from(logs()) };
  return [...(await databaseAt(environment.STORAGE_URL)), ...filesIn(folder), log];
}

/** Nothing of theirs can be there yet. */
const FEATURES_OFF: readonly Collection[] = ['device_codes', 'initial_access_tokens', 'registration_access_tokens'];

function emptyCollections(stolen: readonly Haystack[]): readonly Collection[] {
  return collectionNames.filter((collection) => !stolen.some(({ name }) => name.endsWith(` ${collection}`)));
}

await forEachEngine(test, ({ name }) => {
  test.serial(`${name}: a stolen database, data folder and log hold no secret and no personal claim`, async (t) => {
    const world = await openWorld(t, name);
    await useEverything(world);
    const seen: SeenValue[] = [...valuesIn(world.wire.exchanges), ...world.shown];
    const secrets = [...secretsAmong(seen), ...(await storedKeys(world))];
    const ring = keyRing(world);

    const whileItRuns = await everythingToSearch(world);
    await world.provider.kill();
    const afterTheCrash = await everythingToSearch(world);

    for (const stolen of [whileItRuns, afterTheCrash]) {
      t.deepEqual(findSecrets(secrets, stolen), []);
      // Development's own key file is the one place where the ring may be, and shows that the search finds it.
      t.deepEqual(findSecrets(ring, stolen), [`key of the ring in file ${KEY_FILE}`]);
      t.deepEqual(emptyCollections(stolen), FEATURES_OFF);
    }
    t.true(world.logs().split('\n').length > 80);
    const searchedFor = new Set(secrets.map((secret) => secret.name));
    t.deepEqual(
      secretNames.filter((kind) => !searchedFor.has(kind)),
      [],
    );
  });
});
