/** A scope of the organisation's own reaches every instance without a restart. */
import test from 'ava';
import got from 'got';
import { createScope, removeScope } from '../../src/domain/scopes/scopes.ts';
import { forEachDatabase } from '../support/drivers.ts';
import { startInstallation, type TestInstallation } from '../support/installation.ts';
import { storageFor } from '../support/storage.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Whether `groups`, `teams` and the claim `team` are in its discovery document. */
async function publishedAt({ address }: TestInstallation): Promise<readonly boolean[]> {
  const document = await got(`${address}/.well-known/openid-configuration`).json<Record<string, string[]>>();
  const { scopes_supported: scopes = [], claims_supported: supported = [] } = document;
  return [scopes.includes('groups'), scopes.includes('teams'), supported.includes('team')];
}

await forEachDatabase(test, ({ name }) => {
  test(`${name}: a scope made or removed at one instance is so at the others once they look`, async (t) => {
    const folder = await temporaryFolder(t);
    const { url: storageUrl, drop } = await storageFor(name, folder);
    t.teardown(drop);
    const instances: TestInstallation[] = [];
    for (let n = 0; n < 3; n += 1) {
      const issuer = instances[0]?.issuer;
      const environment = { DATA_FOLDER: folder, ...(issuer !== undefined && { ISSUER: issuer }) };
      const instance = await startInstallation({ storageUrl, environment });
      t.teardown(instance.stop);
      instances.push(instance);
    }
    const [first, ...others] = instances as [TestInstallation, ...TestInstallation[]];
    const all = (published: readonly boolean[]) => instances.map(() => published);
    const seen = () => Promise.all(instances.map(publishedAt));

    t.deepEqual(await seen(), all([true, false, false]));
    await createScope({ name: 'teams', claims: ['team'], description: 'See your team' }, first.installation);
    await Promise.all(others.map(({ follow }) => follow()));
    t.deepEqual(await publishedAt(first), [true, false, false]);
    await first.follow();
    t.deepEqual(await seen(), all([true, true, true]));
    await removeScope('teams', first.installation);
    await Promise.all(instances.map(({ follow }) => follow()));
    t.deepEqual(await seen(), all([true, false, false]));
  });
});
