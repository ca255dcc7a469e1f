/** Measures Latchkey beside the bare oidc-provider; only ratios of one run mean anything. `--quick` for a short run, `--only WORD` for part of it. */
import { parseArgs } from 'node:util';
import { databasePool } from '../test/support/mongodb/database-pool.ts';
import { startMongodb } from '../test/support/mongodb/start-mongodb.ts';
import { compare, type Pace } from './compare.ts';
import { hashMilliseconds } from './hash-cost.ts';
import { signInReport, startUpReport, workloadReport } from './report.ts';
import { measureStartUp } from './start-up.ts';
import { startBare } from './subjects/bare.ts';
import { startLatchkey } from './subjects/latchkey.ts';
import { newFixture } from './subjects/setup.ts';
import type { Subject } from './subjects/subject.ts';
import { authorization } from './workloads/authorization.ts';
import { clientCredentials } from './workloads/client-credentials.ts';
import { introspection } from './workloads/introspection.ts';
import { refresh } from './workloads/refresh.ts';
import { wholeSignIn } from './workloads/whole-sign-in.ts';
import type { Workload } from './workloads/workload.ts';

const { values: options } = parseArgs({
  options: { quick: { type: 'boolean' }, only: { type: 'string' }, 'no-mongodb': { type: 'boolean' } },
});

const pace: Pace =
  options.quick === true
    ? { rounds: 5, roundMilliseconds: 500, warmUpMilliseconds: 1000 }
    : { rounds: 15, roundMilliseconds: 700, warmUpMilliseconds: 2000 };
const startUps = options.quick === true ? 3 : 5;

const wanted = (name: string): boolean => options.only === undefined || name.includes(options.only);
const say = (text: string): void => void process.stdout.write(`${text}\n\n`);

async function startSubjects(mongodbUrl: string | undefined): Promise<Subject[]> {
  const fixture = newFixture();
  const subjects = [await startBare(fixture), await startLatchkey(fixture, { name: 'Latchkey, SQLite' })];
  if (mongodbUrl === undefined) return subjects;
  return [...subjects, await startLatchkey(fixture, { name: 'Latchkey, MongoDB', storageUrl: mongodbUrl })];
}

async function runWorkloads(workloads: readonly Workload[], mongodbUrl: string | undefined): Promise<void> {
  const subjects = await startSubjects(mongodbUrl);
  try {
    for (const workload of workloads) {
      const results = await compare(subjects, workload, pace);
      say(workloadReport(workload, results));
      if (workload === wholeSignIn) say(signInReport(results, hashMilliseconds()));
    }
  } finally {
    for (const subject of subjects) await subject.stop();
  }
}

if (wanted('start')) say(startUpReport(await measureStartUp(startUps)));
const workloads = [clientCredentials, introspection, authorization, refresh, wholeSignIn].filter(({ name }) =>
  wanted(name),
);
const server = options['no-mongodb'] === true || workloads.length === 0 ? undefined : await startMongodb();
const database = server === undefined || 'missing' in server ? undefined : await databasePool(server)();
if (workloads.length > 0) await runWorkloads(workloads, database?.url);
await database?.drop();
if (server !== undefined && !('missing' in server)) await server.stop();
