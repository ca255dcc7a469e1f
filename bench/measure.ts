/** Runs callers side by side for a while, each waiting for its answer before it asks again, and times every answer. */
export interface Round {
  readonly requests: number;
  readonly seconds: number;
  /** In milliseconds, ascending. */
  readonly latencies: Float64Array;
}

export type Caller = () => Promise<unknown>;

export async function runRound(callers: readonly Caller[], milliseconds: number): Promise<Round> {
  const latencies: number[] = [];
  const startedAt = performance.now();
  const endsAt = startedAt + milliseconds;
  await Promise.all(
    callers.map(async (call) => {
      for (let before = performance.now(); before < endsAt; ) {
        await call();
        const after = performance.now();
        latencies.push(after - before);
        before = after;
      }
    }),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  return { requests: latencies.length, seconds, latencies: Float64Array.from(latencies).sort() };
}

export function percentile(ascending: Float64Array, share: number): number {
  return ascending[Math.min(ascending.length - 1, Math.floor(ascending.length * share))] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return percentile(Float64Array.from(values).sort(), 0.5);
}
