/** What each flow costs the database, in calls and in commands: a new call in a hot flow is a decision, not an accident. */
import test from 'ava';
import { forEachDatabase } from '../support/drivers.ts';
import { unledCommands } from '../support/mongodb/command-filters.ts';
import { storageFor } from '../support/storage.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { accountFlows } from './account-flows.ts';
import { accountOperations } from './account-operations.ts';
import { clientRegistrationFlows, clientRegistrationOperations } from './client-registration-flows.ts';
import {
  type ExpectedOperations,
  otherOperations,
  recoveryOperations,
  tokenOperations,
} from './expected-operations.ts';
import { answered, type Fixture, JWT_API, newStepper, openProvider } from './fixture.ts';
import { mailedCodeFlows, mailedCodeOperations } from './mailed-code-flows.ts';
import { otherFlows } from './other-flows.ts';
import { portalFlows, portalOperations } from './portal-flows.ts';
import { recoveryFlows } from './recovery-flows.ts';
import { registrationFlows } from './registration-flows.ts';
import { registrationOperations } from './registration-operations.ts';
import { signInFlows } from './sign-in-flows.ts';
import { signInOperations } from './sign-in-operations.ts';
import { tokenFlows } from './token-flows.ts';
import { tokenUseFlows } from './token-use-flows.ts';
import { tokenUseOperations } from './token-use-operations.ts';

type Flows = (fixture: Fixture) => Promise<void>;

const groups: readonly (readonly [what: string, flows: Flows, expected: ExpectedOperations])[] = [
  ['signing in and out', signInFlows, signInOperations],
  ['the account page', accountFlows, accountOperations],
  ['the portal', portalFlows, portalOperations],
  ['registering', registrationFlows, registrationOperations],
  ['apps that register themselves', clientRegistrationFlows, clientRegistrationOperations],
  ['getting tokens', tokenFlows, tokenOperations],
  ['using and revoking tokens', tokenUseFlows, tokenUseOperations],
  ['getting back in', recoveryFlows, recoveryOperations],
  ['signing in by a mailed code', mailedCodeFlows, mailedCodeOperations],
  ['pushed requests and public documents', otherFlows, otherOperations],
];

await forEachDatabase(test, ({ name }) => {
  const costsWhatTheTableSays = test.macro<[Flows, ExpectedOperations]>(async (t, flows, expected) => {
    const database = name === 'sqlite' ? undefined : await storageFor(name, await temporaryFolder(t));
    if (database !== undefined) t.teardown(database.drop);
    const fixture = await openProvider(t, database?.url);

    await flows(fixture);

    const measured = [...fixture.measured];
    t.deepEqual(Object.fromEntries(measured.map(([flow, { operations }]) => [flow, operations])), expected);
    if (database === undefined) return;
    // One round trip a call: nothing is looked up before it is written, or read again after.
    const extra = measured.filter(([, { operations, commands }]) => operations.length !== commands.length);
    t.deepEqual(extra, []);
    // No flow makes the server scan: every filter is led by `_id` or a declared index (design section 3).
    t.true(fixture.sent.length > measured.length);
    t.deepEqual(unledCommands(fixture.sent), []);
  });

  for (const [what, flows, expected] of groups) {
    test(`${name}: ${what}: each request costs the operations in the table`, costsWhatTheTableSays, flows, expected);
  }
});

test('a client and a resource are read again when they have been remembered for seconds, and a client wherever tokens are issued', async (t) => {
  const { app, service, clock, measure, measured } = await openProvider(t);
  const form = { grant_type: 'client_credentials', scope: 'notes:read', resource: JWT_API };

  clock.advance(6);
  await measure('client_credentials', () => answered(service.token(form)));
  await measure('client_credentials at once again', () => answered(service.token(form)));
  await measure('/auth', () => newStepper().open(app.request().url));

  t.deepEqual(measured.get('client_credentials')?.operations, ['get clients', 'get resources']);
  t.deepEqual(measured.get('client_credentials at once again')?.operations, ['get clients']);
  const inserts = ['insert budget_levels', 'insert budget_levels'];
  t.deepEqual(measured.get('/auth')?.operations, ['get clients', ...inserts, 'put interactions']);
  await measure('/auth at once again', () => newStepper().open(app.request().url));
  t.deepEqual(measured.get('/auth at once again')?.operations, [
    'replace budget_levels',
    'replace budget_levels',
    'put interactions',
  ]);
});
