/** Loaded into a measured process: tells, when asked, what it has used so far. */
export interface Usage {
  /** User and system time of all threads. */
  readonly cpuMicroseconds: number;
  /** Calls on the storage adapter, where the process counts them. */
  readonly operations: number;
}

export const operationsCounter = { count: 0 };

process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuMicroseconds: user + system, operations: operationsCounter.count } satisfies Usage);
});
// Asking must not keep it alive.
process.channel?.unref();
