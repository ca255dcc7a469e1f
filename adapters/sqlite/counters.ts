/** Counters: records of their own collection that grow by one statement. */
import type { Tables } from './tables.ts';

// ?1 id, ?2 what to add, ?3 expiry, ?4 now.
const INCREMENT = `INSERT INTO counters AS record (id, payload, version, count, expires_at) VALUES (?1, x'', 1, ?2, ?3)
  ON CONFLICT (id) DO UPDATE SET
    count = iif(record.expires_at <= ?4, 0, record.count) + ?2,
    expires_at = iif(record.expires_at <= ?4, ?3, record.expires_at)
  RETURNING count`;

const COUNT = 'SELECT count FROM counters WHERE id = ?1 AND (expires_at IS NULL OR expires_at > ?2)';

export function incrementCounter({ prepare, clock }: Tables, id: string, by: number, expiresAt: number): number {
  return Number(prepare(INCREMENT).get(id, by, expiresAt, clock.now())?.count);
}

export function readCounter({ prepare, clock }: Tables, id: string): number {
  return Number(prepare(COUNT).get(id, clock.now())?.count ?? 0);
}
