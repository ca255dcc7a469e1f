/** Device codes, user codes and the tokens of registration: a stolen database and log hold none that could be used. */
import test from 'ava';
import type { Cluster } from '../support/cluster.ts';
import { approve, type Device, newDevice } from '../support/devices.ts';
import { forEachDatabase } from '../support/drivers.ts';
import { startPluggedCluster } from '../support/plugged-cluster.ts';
import { newInitialAccessToken, register } from '../support/registrations.ts';
import { newUser } from '../support/user.ts';
import { findSecrets, type Haystack } from './dump/find-secrets.ts';
import { databaseAt, filesIn } from './dump/haystacks.ts';
import type { SeenValue } from './dump/seen-values.ts';

function named(name: string, ...values: readonly (string | undefined)[]): SeenValue[] {
  return values.map((value) => {
    if (value === undefined) throw new Error(`there is no ${name}`);
    return { name, value };
  });
}

/** A user code is shown in groups, and stored without what stands between them. */
function shownBy({ userCode, form }: Device): SeenValue[] {
  return [...named('user code', userCode, userCode.replaceAll('-', '')), ...named('device code', form.device_code)];
}

/** One that waits, one that is approved, one that has its tokens. */
async function useDevices(cluster: Cluster): Promise<SeenValue[]> {
  const [waiting, approved, served] = [await newDevice(cluster), await newDevice(cluster), await newDevice(cluster)];
  // As from the square pattern that a device shows: the code is in the address.
  await newUser().open(`${cluster.issuer}/device?user_code=${waiting.userCode}`);
  await approve(cluster, approved);
  await approve(cluster, served);
  const { body } = await served.appAt(0).token(served.form);
  const tokens = [...named('access token', body.access_token), ...named('refresh token', body.refresh_token)];
  return [...[waiting, approved, served].flatMap(shownBy), ...tokens];
}

/** A token that was used, and one that was not. */
async function useRegistrations(cluster: Cluster): Promise<SeenValue[]> {
  const tokens = [
    await newInitialAccessToken(cluster.installation),
    await newInitialAccessToken(cluster.installation),
  ] as const;
  const { body } = await register(cluster, 0, tokens[0]);
  return [
    ...named('initial access token', ...tokens),
    ...named('client secret', body.client_secret),
    ...named('registration access token', body.registration_access_token),
  ];
}

await forEachDatabase(test, ({ name }) => {
  test.serial(`${name}: a stolen database and log hold no device code, user code or registration token`, async (t) => {
    const cluster = await startPluggedCluster(t, name, { LOG_LEVEL: 'trace' });
    const secrets = [...(await useDevices(cluster)), ...(await useRegistrations(cluster))];

    const logs: Haystack[] = cluster.processes.map(({ address, output }) => ({
      name: `the log of ${address}`,
      bytes: Buffer.from(output()),
    }));
    const stolen = [
      ...(await databaseAt(cluster.storageUrl)),
      ...filesIn(cluster.environment.DATA_FOLDER ?? ''),
      ...logs,
    ];

    t.deepEqual(findSecrets(secrets, stolen), []);
    for (const collection of ['device_codes', 'initial_access_tokens', 'clients'])
      t.true(stolen.some(({ name: place }) => place.endsWith(` ${collection}`)));
    t.true(logs.every(({ bytes }) => bytes.includes('"request"')));
  });
});
