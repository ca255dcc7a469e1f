/** Gives the same work to several subjects in turn, so that other load on the machine affects all of them alike. */
import { Pool } from 'undici';
import { type Caller, median, percentile, type Round, runRound } from './measure.ts';
import type { Subject } from './subjects/subject.ts';
import { CALLERS, type Workload } from './workloads/workload.ts';

export interface Pace {
  readonly rounds: number;
  readonly roundMilliseconds: number;
  readonly warmUpMilliseconds: number;
}

interface MeasuredRound extends Round {
  readonly cpuMicroseconds: number;
  readonly operations: number;
}

export interface Result {
  readonly subject: string;
  readonly requestsPerSecond: number;
  readonly p50Milliseconds: number;
  readonly p99Milliseconds: number;
  /** Processor time a request, of all threads of the subject. */
  readonly cpuMilliseconds: number;
  readonly operations: number;
  /** Requests per second over the first subject's, round by round. */
  readonly ratios: readonly number[];
  /** The first subject's processor time a request over this one's: steadier than the ratios on a busy machine. */
  readonly cpuRatio: number;
}

/** A subject at the work: its callers have signed in and stay connected from round to round. */
interface Crew {
  readonly subject: Subject;
  readonly callers: readonly Caller[];
  readonly connections: Pool;
}

async function hire(subject: Subject, workload: Workload): Promise<Crew> {
  const connections = new Pool(subject.origin, { connections: CALLERS, pipelining: 1 });
  return { subject, connections, callers: await workload.prepare(connections, subject.fixture) };
}

async function measureOnce(
  { subject, callers }: Crew,
  workload: Workload,
  milliseconds: number,
): Promise<MeasuredRound> {
  try {
    const before = await subject.usage();
    const round = await runRound(callers, milliseconds);
    const after = await subject.usage();
    return {
      ...round,
      cpuMicroseconds: after.cpuMicroseconds - before.cpuMicroseconds,
      operations: after.operations - before.operations,
    };
  } catch (error) {
    throw new Error(`${subject.name} failed at ${workload.name}`, { cause: error });
  }
}

const rate = ({ requests, seconds }: Round): number => requests / seconds;
const cpuMilliseconds = (round: MeasuredRound): number => round.cpuMicroseconds / round.requests / 1000;

function resultOf(
  subject: Subject,
  rounds: readonly MeasuredRound[],
  yardstick: readonly MeasuredRound[],
  workload: Workload,
): Result {
  const requests = rounds.reduce((sum, round) => sum + round.requests, 0);
  const counted = rounds.reduce((sum, round) => sum + round.operations, 0) / requests;
  return {
    subject: subject.name,
    requestsPerSecond: median(rounds.map(rate)),
    p50Milliseconds: median(rounds.map(({ latencies }) => percentile(latencies, 0.5))),
    p99Milliseconds: median(rounds.map(({ latencies }) => percentile(latencies, 0.99))),
    cpuMilliseconds: median(rounds.map(cpuMilliseconds)),
    operations: counted > 0 ? counted : workload.operations,
    ratios: rounds.map((round, turn) => rate(round) / rate(yardstick[turn] ?? round)),
    cpuRatio: median(yardstick.map(cpuMilliseconds)) / median(rounds.map(cpuMilliseconds)),
  };
}

/** The first subject is the yardstick. Short rounds, many of them: what else the machine does changes from second to second. */
export async function compare(subjects: readonly Subject[], workload: Workload, pace: Pace): Promise<Result[]> {
  const crews: Crew[] = [];
  try {
    for (const subject of subjects) crews.push(await hire(subject, workload));
    for (const crew of crews) await measureOnce(crew, workload, pace.warmUpMilliseconds);
    const rounds = crews.map((): MeasuredRound[] => []);
    for (let turn = 0; turn < pace.rounds; turn += 1) {
      for (const [which, crew] of crews.entries()) {
        rounds[which]?.push(await measureOnce(crew, workload, pace.roundMilliseconds));
      }
    }
    return subjects.map((subject, which) => resultOf(subject, rounds[which] ?? [], rounds[0] ?? [], workload));
  } finally {
    for (const { connections } of crews) await connections.close();
  }
}
