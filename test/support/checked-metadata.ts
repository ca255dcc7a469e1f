import {
  type ClientMetadata,
  type MetadataRules,
  metadataProblems,
  neverWorkingProblems,
  refuseProblems,
} from '../../src/domain/clients/metadata/metadata.ts';

/** Throws all that breaks our own rules, as for a client that is registered. */
export function checkMetadata(metadata: ClientMetadata, rules: MetadataRules): void {
  refuseProblems([...metadataProblems(metadata, rules), ...neverWorkingProblems(metadata)]);
}
