/** A stolen database, data folder and log hold nothing that can be used, redeemed or read. */
import test from 'ava';
import { type Collection, collectionNames } from '../../src/storage/collections.ts';
import { forEachDatabase } from '../support/drivers.ts';
import { findSecrets, type Haystack } from './dump/find-secrets.ts';
import { type Fixture, openProvider } from './dump/fixture.ts';
import { databaseAt, filesIn } from './dump/haystacks.ts';
import { KEY_FILE, keyRing, storedKeys } from './dump/keys.ts';
import { misuse } from './dump/misuse.ts';
import { setUpFactors } from './dump/second-factors.ts';
import { secretNames, secretsAmong } from './dump/secret-names.ts';
import { type SeenValue, valuesIn } from './dump/seen-values.ts';
import {
  beginToRegister,
  deny,
  forgetPassword,
  leaveThingsOpen,
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

/** Returns recovery codes, which are too short to be searched for like the others. */
async function useEverything(fixture: Fixture): Promise<readonly string[]> {
  const first = await signInWithDetours(fixture);
  await refreshForApi(fixture, first);
  const second = await signInSilently(fixture, first.user);
  await userinfo(fixture, { authorization: `Bearer ${second.tokens.access_token}` });
  await introspectAndRevoke(fixture, second);
  await introspectAndRevoke(fixture, first);
  await actAsService(fixture);
  await signOut(fixture, first);

  // Stays signed in: a thief finds live sessions, grants, tokens and codes.
  const user = await signInAnew(fixture);
  await pushWithProof(fixture, user);
  await deny(fixture);
  await forgetPassword(fixture);
  await beginToRegister(fixture);
  await leaveThingsOpen(fixture, user);
  await misuse(fixture, await signInSilently(fixture, user));
  await refresh(fixture, await signInSilently(fixture, user));
  return setUpFactors(fixture);
}

async function everythingToSearch({ environment, folder, logs }: Fixture): Promise<Haystack[]> {
  const log = { name: 'the log', bytes: Buffer.from(logs()) };
  return [...(await databaseAt(environment.STORAGE_URL)), ...filesIn(folder), log];
}

/** Nothing of theirs can be there yet. */
const FEATURES_OFF: readonly Collection[] = [
  ...(['device_codes', 'initial_access_tokens', 'unreadable_documents'] as const),
];

function emptyCollections(stolen: readonly Haystack[]): readonly Collection[] {
  return collectionNames.filter((collection) => !stolen.some(({ name }) => name.endsWith(` ${collection}`)));
}

await forEachDatabase(test, ({ name }) => {
  test.serial(`${name}: a stolen database, data folder and log hold no secret and no personal claim`, async (t) => {
    const fixture = await openProvider(t, name);
    const recoveryCodes = await useEverything(fixture);
    t.is(recoveryCodes.length, 10);
    const seen: SeenValue[] = [...valuesIn(fixture.wire.exchanges), ...fixture.shown];
    const secrets = [...secretsAmong(seen), ...(await storedKeys(fixture))];
    const ring = keyRing(fixture);

    const whileItRuns = await everythingToSearch(fixture);
    await fixture.provider.kill();
    const afterTheCrash = await everythingToSearch(fixture);

    for (const stolen of [whileItRuns, afterTheCrash]) {
      t.deepEqual(findSecrets(secrets, stolen), []);
      // Development's own key file is the one place where the ring may be, and shows that the search finds it.
      t.deepEqual(findSecrets(ring, stolen), [`key of the ring in file ${KEY_FILE}`]);
      for (const code of recoveryCodes.flatMap((shown) => [shown, shown.replace('-', '')]))
        t.false(stolen.some(({ bytes }) => bytes.includes(code)));
      t.deepEqual(emptyCollections(stolen), FEATURES_OFF);
    }
    t.true(fixture.logs().split('\n').length > 80);
    const searchedFor = new Set(secrets.map((secret) => secret.name));
    t.deepEqual(
      secretNames.filter((kind) => !searchedFor.has(kind)),
      [],
    );
  });
});
