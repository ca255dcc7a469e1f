/** The error response to a registration that is refused (RFC 7591 3.2.2, RFC 6750 3), and the reason in its security event. */
import { errors } from 'oidc-provider';
import { describeProblems } from '../../domain/clients/metadata/metadata.ts';
import { DomainError, type MemberProblem } from '../../domain/domain-error.ts';
import type { ReasonOf } from '../../domain/events/security-events.ts';
import { StatusError } from '../protection/status-error.ts';

export interface Refusal {
  readonly status: number;
  /** Absent where it is noted already. */
  readonly reason?: ReasonOf<'request.refused'>;
  readonly problems?: readonly MemberProblem[];
  readonly body: object;
  readonly retryAfterSeconds?: number | undefined;
  /** What follows the realm. */
  readonly challenge?: string;
}

/** One a member: the first is the one that the others follow from. */
function firstOfEach(problems: readonly MemberProblem[]): readonly MemberProblem[] {
  return problems.filter(({ member }, at) => problems.findIndex((other) => other.member === member) === at);
}

function metadataRefusal(all: readonly MemberProblem[]): Refusal {
  const problems = firstOfEach(all);
  const isOfRedirects = problems.every(({ member }) => member === 'redirect_uris');
  const error = isOfRedirects ? 'invalid_redirect_uri' : 'invalid_client_metadata';
  return {
    status: 400,
    reason: error,
    problems,
    body: {
      error,
      error_description: describeProblems(problems),
      problems: problems.map(({ member, text }) => ({ member, description: text })),
    },
  };
}

function tokenRefusal(description: string): Refusal {
  return {
    status: 401,
    reason: 'invalid_token',
    body: { error: 'invalid_token', error_description: description },
    challenge: `error="invalid_token", error_description="${description}"`,
  };
}

/** Undefined for what is no refusal. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof DomainError) {
    if (error.code === 'client_metadata_invalid') return metadataRefusal(error.problems);
    if (error.code === 'registration_token_invalid') return tokenRefusal(error.message);
    return undefined;
  }
  if (!(error instanceof errors.OIDCProviderError) || error.status >= 500) return undefined;
  const { status, error: code, error_description: description = '' } = error;
  const body = { error: code, error_description: description };
  if (error instanceof StatusError) return { status, body, retryAfterSeconds: error.retryAfterSeconds };
  return { status, reason: 'invalid_request', body };
}
