/** The ways in which a client gets its URIs: what one of them refuses, all refuse. */

import { errors } from 'oidc-provider';
import { metadataRulesOf } from '../../../src/config/config.ts';
import { updateClient } from '../../../src/domain/clients/change.ts';
import { type ClientMetadata, describeProblems } from '../../../src/domain/clients/metadata/metadata.ts';
import { registerClient } from '../../../src/domain/clients/register.ts';
import { DomainError } from '../../../src/domain/domain-error.ts';
import { isFieldName } from '../../../src/web/developer/fields.ts';
import { atPortal, create } from '../../developer/fixture.ts';
import { clientAt, startDocuments } from '../../protocol/documents.ts';
import type { Fixture } from '../../support/provider-fixture.ts';
import { ask, manage } from '../../support/registrations.ts';
import type { Page } from '../../support/user.ts';

export interface Door {
  /** What was said of the metadata that was refused, member by member; undefined where a client came of it. */
  submit(fixture: Fixture, metadata: ClientMetadata): Promise<string | undefined>;
  /** Absent: it has a place for each. */
  has?(member: string): boolean;
  /** It says of one member what is wrong: each is tried alone. */
  readonly saysOne?: true;
  /** Absent: whatever is given arrives as it is. */
  carries?(uri: string): boolean;
}

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
  rules: metadataRulesOf({ mode: 'production', brandName: 'Latchkey' }),
});

/** One browser for all that is typed there. */
let developer: ReturnType<typeof atPortal> | undefined;

const typedLines = (value: unknown): string => (Array.isArray(value) ? value.join('\n') : String(value));

/** What stands beside the fields that are wrong. */
function problemsOn({ body, status }: Page): string {
  const beside = [...body.matchAll(/id="([a-z_]+)-problem"[^>]*>([^<]*)</g)].map(
    ([, name, text]) => `${name}: ${text}`,
  );
  return `${status} ${beside.join('; ')}`;
}

export const documents = await startDocuments();

/** What the app was told whose document it is. On a busy machine it may come too late to be read. */
async function saidOfDocument(fixture: Fixture, metadata: ClientMetadata, triesLeft = 3): Promise<string | undefined> {
  try {
    await clientAt(fixture.latchkey.installation, documents.publish(metadata));
    return undefined;
  } catch (error) {
    if (!(error instanceof errors.OIDCProviderError)) throw error;
    const said = String(error.error_description);
    const isLate = said.includes('within two seconds') && triesLeft > 0;
    return isLate ? saidOfDocument(fixture, metadata, triesLeft - 1) : said;
  }
}

const registerAt = (issuer: string, json: ClientMetadata) => ask(`${issuer}/reg`, { method: 'POST', json });

/** In every member at once, longer ones are too much for a registration (413). */
const fitsInRegistration = (uri: string): boolean => uri.length < 1000;

function saidIn({ statusCode, body }: Awaited<ReturnType<typeof registerAt>>): string | undefined {
  if (statusCode < 400) return undefined;
  const problems = body.problems?.map(({ member, description }) => `${member}: ${description}`) ?? [];
  return `${statusCode} ${body.error}: ${body.error_description}; ${problems.join('; ')}`;
}

export const doors: Readonly<Record<string, Door>> = {
  'admin client create': {
    submit: ({ latchkey }, metadata) => saidOf(() => registerClient(metadata, depsOf(latchkey))),
  },
  'admin client update': {
    async submit({ latchkey }, metadata) {
      const plain = { client_name: 'Before', application_type: 'native', redirect_uris: ['com.example.before:/cb'] };
      const { client_id: id } = await registerClient(plain, depsOf(latchkey));
      return saidOf(() => updateClient(String(id), metadata, depsOf(latchkey)));
    },
  },
  'the form of the portal': {
    async submit(fixture, { application_type: type, ...metadata }) {
      developer ??= atPortal(fixture);
      const { user } = await developer;
      const fields = Object.entries(metadata).map(([name, value]) => [name, typedLines(value)]);
      const kind = type === 'native' ? 'native' : 'web';
      const page = await create(user, fixture.latchkey.issuer, { ...Object.fromEntries(fields), type: kind });
      return page.status === 200 ? undefined : problemsOn(page);
    },
    has: isFieldName,
    // A field is trimmed, and holds one address a line; a form has at most 64 KB.
    carries: (uri) =>
      uri.length < 3000 && uri === uri.trim() && uri !== '' && uri === uri.toWellFormed() && !/[\r\n]/.test(uri),
  },
  'a metadata document': {
    submit: (fixture, metadata) => saidOfDocument(fixture, metadata),
    // What is for administrators is not read.
    has: (member) => member !== 'cors_origins',
    saysOne: true,
    carries: (uri) => uri.length < 4000,
  },
  'dynamic registration': {
    carries: fitsInRegistration,
    submit: async ({ latchkey }, metadata) => saidIn(await registerAt(latchkey.issuer, metadata)),
  },
  'an update of a registration': {
    carries: fitsInRegistration,
    async submit({ latchkey }, metadata) {
      const plain = { application_type: 'native', redirect_uris: ['com.example.before:/cb'] };
      const { body } = await registerAt(latchkey.issuer, plain);
      return saidIn(await manage(body, 'PUT', { client_id: body.client_id, ...metadata }));
    },
  },
};
