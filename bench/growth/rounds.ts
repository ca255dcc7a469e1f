/** Runs short rounds of several sides in turn, so that other load on the machine affects all of them alike. */
import { median, percentile } from '../measure.ts';

export interface Round {
  /** Of each kind of call: milliseconds, ascending. */
  readonly latencies: ReadonlyMap<string, Float64Array>;
  readonly callsPerSecond: number;
  /** What the side's meter rose by, for each call. */
  readonly meterPerCall: number;
}

/** Makes one call, and says of which kind it was. */
export type Caller = () => Promise<string>;

export interface Side {
  readonly name: string;
  readonly callers: readonly Caller[];
  /** Something that is used up: the processor time of a server. */
  meter?(): Promise<number>;
  /** Around each round, untimed. */
  begin?(): Promise<void>;
  end?(): Promise<void>;
}

async function play({ callers, meter = async () => 0 }: Side, milliseconds: number): Promise<Round> {
  const latencies = new Map<string, number[]>();
  const meterBefore = await meter();
  const startedAt = performance.now();
  await Promise.all(
    callers.map(async (call) => {
      for (let before = performance.now(); before < startedAt + milliseconds; ) {
        const kind = await call();
        const after = performance.now();
        latencies.set(kind, latencies.get(kind) ?? []);
        latencies.get(kind)?.push(after - before);
        before = after;
      }
    }),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  const calls = [...latencies.values()].reduce((sum, { length }) => sum + length, 0);
  return {
    latencies: new Map([...latencies].map(([kind, values]) => [kind, Float64Array.from(values).sort()])),
    callsPerSecond: calls / seconds,
    meterPerCall: ((await meter()) - meterBefore) / calls,
  };
}

export type Played = ReadonlyMap<string, readonly Round[]>;

export async function playInTurn(sides: readonly Side[], rounds: number, milliseconds: number): Promise<Played> {
  const played = new Map<string, Round[]>(sides.map(({ name }) => [name, []]));
  // The first round warms up and is not counted. Every other round goes backwards, so that no side is always first.
  for (let round = 0; round <= rounds; round += 1) {
    for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
      await side.begin?.();
      const result = await play(side, milliseconds);
      await side.end?.();
      if (round > 0) played.get(side.name)?.push(result);
    }
  }
  return played;
}

/** The median of what one side has for the other's 1, round by round. */
export function ratio(played: Played, of: string, to: string, value: (round: Round) => number): number {
  const [ours, theirs] = [played.get(of) ?? [], played.get(to) ?? []];
  const ratios = ours.map((round, index) => value(round) / value(theirs[index] ?? round));
  // A slow round may have had no call of a kind.
  return median(ratios.filter(Number.isFinite));
}

export const latency =
  (kind: string, share: number) =>
  ({ latencies }: Round): number =>
    percentile(latencies.get(kind) ?? new Float64Array(), share);

export const times = (ratio: number): string => `${ratio.toFixed(2)}x`;
