/** Checks sessions: each cookie value leads to one session, the one that knows it. */
import { haveSameLookups } from '../ports/record-lookups.ts';
import type { SessionDocument } from '../ports/sessions.ts';
import { faultsIn, type Inspection, openValue } from './check-record.ts';
import { sessionLookups, sessionReference } from './sessions.ts';

export const inspectSession: Inspection = async (record, { records, ring, keyedHash }) => {
  const document = openValue<SessionDocument>('sessions', record, ring);
  const owners = await Promise.all(
    document.aliases.map(({ hash }) => records.findBy('sessions', 'alias', hash, { limit: 2 })),
  );
  return {
    faults: faultsIn({
      'is the session of another id': sessionReference(document.uid, keyedHash) !== record.id,
      'is found by other cookies, or another account, than it knows': !haveSameLookups(
        record.lookups,
        sessionLookups(document),
      ),
      'shares a cookie with another session': owners.some((found) => found.length > 1),
      'expires at another time than it says': document.expiresAt !== record.expiresAt,
    }),
  };
};
