/** Keeps notes in memory, separately for each user, within bounds. */
import { randomUUID } from 'node:crypto';

interface Note {
  readonly id: string;
  readonly text: string;
  /** An ISO 8601 date and time. */
  readonly writtenAt: string;
}

const mostPeople = 10_000;
const mostNotesEach = 100;

export interface Notes {
  of(subject: string): readonly Note[];
  /** Undefined if there is no room for it. */
  add(subject: string, text: string): Note | undefined;
  removeAll(subject: string): void;
}

export function notesInMemory(): Notes {
  const notesBySubject = new Map<string, readonly Note[]>();
  return {
    of: (subject) => notesBySubject.get(subject) ?? [],
    add(subject, text) {
      const written = notesBySubject.get(subject);
      const isFull = written === undefined ? notesBySubject.size >= mostPeople : written.length >= mostNotesEach;
      if (isFull) return undefined;
      const note = { id: randomUUID(), text, writtenAt: new Date().toISOString() };
      notesBySubject.set(subject, [...(written ?? []), note]);
      return note;
    },
    removeAll: (subject) => void notesBySubject.delete(subject),
  };
}
