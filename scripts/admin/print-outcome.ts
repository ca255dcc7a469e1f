/** Prints what a verb did: for people a text, for scripts one JSON value on standard output and nothing else there. */
export interface Outcome {
  /** What `--json` prints. */
  readonly value: unknown;
  readonly text: string;
  /** Said on standard error, in both cases. */
  readonly notes?: readonly string[];
}

export function printOutcome({ value, text, notes = [] }: Outcome, asJson: boolean): void {
  process.stdout.write(`${asJson ? JSON.stringify(value) : text}\n`);
  for (const note of notes) process.stderr.write(`${note}\n`);
}
