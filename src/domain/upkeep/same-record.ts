/** Whether two databases hold the same record. */
import { haveSameLookups } from '../../ports/record-lookups.ts';
import type { FoundRecord } from '../../ports/records.ts';

export function isSameRecord(one: FoundRecord, other: FoundRecord): boolean {
  return (
    one.id === other.id &&
    one.version === other.version &&
    one.consumedAt === other.consumedAt &&
    one.expiresAt === other.expiresAt &&
    one.count === other.count &&
    Buffer.compare(one.payload, other.payload) === 0 &&
    haveSameLookups(one.lookups, other.lookups)
  );
}
