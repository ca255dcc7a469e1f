import {
  type ClientMetadata,
  type MetadataRules,
  metadataProblems,
  refuseProblems,
} from '../../src/domain/clients/metadata.ts';

/** Throws all that breaks our own rules. */
export function checkMetadata(metadata: ClientMetadata, rules: MetadataRules): void {
  refuseProblems(metadataProblems(metadata, rules));
}
