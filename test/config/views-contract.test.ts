/** VIEWS_FOLDER says which version of the contract of views it was written for. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { checkOffline } from '../../src/check-start.ts';
import { configFromEnvironment } from '../../src/config/read-config.ts';
import { explainFailure } from '../../src/start-failure.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { newKey } from './settings.ts';

async function check(t: ExecutionContext, files: Readonly<Record<string, string>>) {
  const folder = await temporaryFolder(t);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  const settings = { STORAGE_URL: 'sqlite::memory:', SECRET_KEYS: newKey(), VIEWS_FOLDER: folder };
  return checkOffline(configFromEnvironment(settings));
}

const view = { 'landing.ejs': '<%- include("layout/top") %>' };

test('the version that is served is taken without a word', async (t) => {
  t.deepEqual(await check(t, { ...view, 'contract.json': '{ "version": 1 }' }), []);
});

test('views without a version are taken for the present one, with one warning', async (t) => {
  const warnings = await check(t, view);
  t.deepEqual(
    warnings.map(({ variable }) => variable),
    ['VIEWS_FOLDER'],
  );
  t.regex(warnings[0]?.warning ?? '', /"version": 1/);
  t.deepEqual(await check(t, {}), []);
});

test('another version stops the start, and says which is served', async (t) => {
  for (const version of [2, 99]) {
    const files = { ...view, 'contract.json': JSON.stringify({ version }) };
    const text = explainFailure(await t.throwsAsync(check(t, files), { name: 'ConfigurationError' }));
    t.regex(text, new RegExp(`VIEWS_FOLDER was written for version ${version} .* serves 1`));
  }
});

test('what names no version stops the start', async (t) => {
  for (const content of ['', '{', '1', 'null', '[]', '{}', '{"version":"1"}', '{"version":0}', '{"version":1.5}']) {
    const error = await t.throwsAsync(check(t, { 'contract.json': content }), { name: 'ConfigurationError' });
    t.regex(explainFailure(error), /contract\.json that names no version/, content);
  }
});
