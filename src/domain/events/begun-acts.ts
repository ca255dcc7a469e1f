/** An act of several writes is recorded once the first of them cannot be undone, whatever becomes of the others. */
import type { NoteEvent } from './security-events.ts';

export interface ActDeps {
  /** Absent where nobody is to read of it. */
  readonly note?: NoteEvent;
}

const UNFINISHED = 'not finished';

/** Runs the rest of an act that has begun, and notes it in any case: with a detail when the rest failed. */
export async function finishAct<T>(
  rest: () => Promise<T>,
  noteAct: (detail: { readonly detail?: string }) => void,
): Promise<T> {
  let outcome: { readonly detail?: string } = { detail: UNFINISHED };
  try {
    const result = await rest();
    outcome = {};
    return result;
  } finally {
    noteAct(outcome);
  }
}
