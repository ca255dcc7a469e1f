/** Fetches one metadata document, and makes of it what oidc-provider may see. */
import { describeWithoutValues, documentMetadata, documentProblem } from '../../domain/clients/documents/documents.ts';
import { memberNamedIn } from '../../domain/clients/metadata/members.ts';
import { type ClientMetadata, neverWorkingProblems } from '../../domain/clients/metadata/metadata.ts';
import type { MemberProblem } from '../../domain/domain-error.ts';
import { readUpTo } from '../protection/capped-body.ts';
import { UnreadableDocument } from './unreadable.ts';

/** Of the body, as it is after any compression. */
export const longestDocumentBytes = 5 * 1024;
/** For all of it, the last byte of the body too. */
const deadlineMs = 2000;
/** RFC 6839 3.1 */
const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i;

export type Send = (address: string, options: RequestInit) => Promise<Response>;

/** Makes a client of it, as oidc-provider would; throws what is wrong. */
export type ValidateDocument = (metadata: ClientMetadata) => ClientMetadata;

/** RFC 9110 15.6, RFC 6585 4: its server is in trouble, and says nothing of the document. */
const isForNow = (status: number): boolean => status >= 500 || status === 429;

async function bodyOf({ body }: Response): Promise<string> {
  const bytes = await readUpTo(longestDocumentBytes, body ?? [], () => {
    throw new UnreadableDocument(`it is longer than ${longestDocumentBytes} bytes`);
  });
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
}

async function fetchDocument(address: string, options: RequestInit, send: Send) {
  const signals = [AbortSignal.timeout(deadlineMs), ...(options.signal ? [options.signal] : [])];
  const response = await send(address, { ...options, signal: AbortSignal.any(signals), redirect: 'manual' });
  try {
    const { status } = response;
    if (status !== 200)
      throw new UnreadableDocument(`its address answers with the status ${status}`, { isForNow: isForNow(status) });
    if (!JSON_TYPE.test(response.headers.get('content-type') ?? ''))
      throw new UnreadableDocument('its content type is not application/json');
    return { headers: response.headers, text: await bodyOf(response) };
  } finally {
    if (response.body?.locked === false) await response.body.cancel().catch(() => undefined);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UnreadableDocument('it is not JSON', { cause });
  }
}

interface Refused {
  /** Of our own rules; oidc-provider's say it in a text, which holds values. */
  readonly problems?: readonly MemberProblem[];
  readonly error_description?: string;
}

function validated(document: ClientMetadata, { knownScopes, decided, validate }: ReadingDeps): ClientMetadata {
  const said = documentMetadata(document, knownScopes);
  // Its redirect URIs are judged by it, here and by oidc-provider, before all that was decided takes its place in the client.
  const { allowed_schemes: schemes } = decided;
  const metadata = said.application_type === 'native' && schemes ? { ...said, allowed_schemes: schemes } : said;
  let problems: readonly Pick<MemberProblem, 'member' | 'code'>[];
  try {
    problems = neverWorkingProblems(validate(metadata));
  } catch (cause) {
    const { problems: ours, error_description: described = '' } = cause as Refused;
    const member = memberNamedIn(described);
    // What has another shape than rules expect may be more than they can read.
    problems = ours ?? [{ member: member ?? 'its metadata' }];
  }
  if (problems.length > 0) throw new UnreadableDocument(describeWithoutValues(problems));
  return metadata;
}

interface ReadingDeps {
  readonly validate: ValidateDocument;
  readonly knownScopes: ReadonlySet<string>;
  /** By administrators, of that address. */
  readonly decided: ClientMetadata;
}

/** Throws `UnreadableDocument`, and nothing else that the server at the address could bring about. */
export async function readDocument(
  address: string,
  options: RequestInit,
  send: Send,
  deps: ReadingDeps,
): Promise<Response> {
  const { headers, text } = await fetchDocument(address, options, send).catch((cause: unknown) => {
    if (cause instanceof UnreadableDocument) throw cause;
    // Not why: it would tell what there is inside of our network.
    throw new UnreadableDocument('nothing could be read from its address within two seconds', {
      cause,
      isForNow: true,
    });
  });
  const document = parsed(text);
  const problem = documentProblem(document, address);
  if (problem !== undefined) throw new UnreadableDocument(problem);
  const kept = ['cache-control', 'expires'].flatMap((name): [string, string][] => {
    const value = headers.get(name);
    return value === null ? [] : [[name, value]];
  });
  return Response.json(validated(document as ClientMetadata, deps), { headers: kept });
}
