/** The ways in which a client gets its URIs: what one of them refuses, all refuse. */
import { metadataRulesOf } from '../../../src/config/config.ts';
import { updateClient } from '../../../src/domain/clients/change.ts';
import { type ClientMetadata, describeProblems } from '../../../src/domain/clients/metadata/metadata.ts';
import { registerClient } from '../../../src/domain/clients/register.ts';
import { DomainError } from '../../../src/domain/domain-error.ts';
import type { Fixture } from '../../support/provider-fixture.ts';

/** What was said of the metadata that was refused; undefined where a client came of it. */
export type Door = (fixture: Fixture, metadata: ClientMetadata) => Promise<string | undefined>;

async function saidOf(act: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await act();
    return undefined;
  } catch (error) {
    if (error instanceof DomainError && error.problems.length > 0) return describeProblems(error.problems);
    throw error;
  }
}

/** The rules of production. */
const depsOf = ({ installation }: Fixture['latchkey']) => ({
  ...installation.registration,
  rules: metadataRulesOf({ mode: 'production' }),
});

export const doors: Readonly<Record<string, Door>> = {
  'admin client create': ({ latchkey }, metadata) => saidOf(() => registerClient(metadata, depsOf(latchkey))),
  async 'admin client update'({ latchkey }, metadata) {
    const plain = { client_name: 'Before', application_type: 'native', redirect_uris: ['com.example.before:/cb'] };
    const { client_id: id } = await registerClient(plain, depsOf(latchkey));
    return saidOf(() => updateClient(String(id), metadata, depsOf(latchkey)));
  },
};
