/** Checks what the engine issued: that it opens, is found by what it says, and still has its grant. */

import type { ArtifactModel, ArtifactPayload } from '../ports/artifacts.ts';
import { haveSameLookups } from '../ports/record-lookups.ts';
import type { FoundRecord } from '../ports/records.ts';
import { artifactCollections, grantReference, lookupsOf } from './artifact-collections.ts';
import { type CheckWorld, faultsIn, type Inspection, openValue, type Verdict } from './check-record.ts';

async function judged(record: FoundRecord, faults: readonly string[], world: CheckWorld): Promise<Verdict> {
  const grant = record.lookups?.grantId;
  // Removing a grant removes what hangs on it next: a process that died in between leaves this, and it works for nobody.
  const isGarbage = typeof grant === 'string' && !(await world.hasGrant(grant));
  return { faults, isGarbage };
}

export const inspectArtifact =
  (model: ArtifactModel): Inspection =>
  (record, world) => {
    const { payload } = openValue<{ payload: ArtifactPayload }>(artifactCollections[model], record, world.ring);
    const isFoundAsItSays = haveSameLookups(record.lookups, lookupsOf(model, payload, world.keyedHash));
    return judged(record, faultsIn({ 'is found by what it does not say': !isFoundAsItSays }), world);
  };

export const inspectGrantClaim: Inspection = (record, world) => {
  const { grantId } = openValue<{ grantId: string }>('grant_claims', record, world.ring);
  const isItsGrant = haveSameLookups(record.lookups, { grantId: grantReference(grantId, world.keyedHash) });
  return judged(record, faultsIn({ 'claims another grant than it says': !isItsGrant }), world);
};

/** It opens with the refresh token alone: here it can only be asked which key it needs besides. */
export const inspectRefreshAnswer: Inspection = (record, world) => {
  const isSealed = record.payload.byteLength === 0 || world.ring.positionOf(record.payload) !== undefined;
  return judged(record, faultsIn({ 'is sealed under a key that SECRET_KEYS does not hold': !isSealed }), world);
};
