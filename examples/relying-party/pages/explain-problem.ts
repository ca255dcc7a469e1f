/** Finds the words for an error, and keeps its code for the developer. */
import { AuthorizationResponseError, ClientError, ResponseBodyError } from 'openid-client';
import { ApiRefused } from '../notes-api.ts';
import { IncompleteAnswer, NotStartedHere, SubjectChanged } from '../openid/problems.ts';
import { FormRefused } from '../protection/read-form.ts';
import {
  incompleteAnswer,
  noteRefused,
  notStartedHere,
  notTrusted,
  type ProblemWords,
  redirectErrors,
  refused,
  subjectChanged,
  tokenErrors,
  unreachable,
} from './problem-words.ts';

export interface Explanation extends ProblemWords {
  readonly code?: string;
  readonly description?: string;
}

/** Undefined for what is no expected problem but a bug. */
export function explainProblem(error: unknown): Explanation | undefined {
  if (error instanceof NotStartedHere) return notStartedHere;
  if (error instanceof IncompleteAnswer) return incompleteAnswer;
  if (error instanceof SubjectChanged) return subjectChanged;
  if (error instanceof FormRefused) {
    return { status: 400, title: 'That did not work', text: `This app refused the form: ${error.message}.` };
  }
  if (error instanceof ApiRefused) return explainApi(error);
  return explainProvider(error);
}

function explainProvider(error: unknown): Explanation | undefined {
  if (error instanceof AuthorizationResponseError) {
    return withCode(redirectErrors[error.error] ?? refused, error.error, error.error_description);
  }
  if (error instanceof ResponseBodyError) {
    return withCode(tokenErrors[error.error] ?? refused, error.error, error.error_description);
  }
  if (error instanceof ClientError) {
    const isSilent = error.code === 'OAUTH_TIMEOUT' || error.code === 'OAUTH_RESPONSE_IS_NOT_CONFORM';
    return isSilent ? unreachable : withCode(notTrusted, error.code ?? 'unknown', error.message);
  }
  // What fetch throws when there is no connection; nothing but the text tells it from a bug.
  return error instanceof TypeError && error.message === 'fetch failed' ? unreachable : undefined;
}

function explainApi({ answer: { status, challenge } }: ApiRefused): Explanation {
  return withCode(noteRefused, status === undefined ? 'no answer' : `status ${status}`, challenge);
}

function withCode(words: ProblemWords, code: string, description: string | undefined): Explanation {
  return { ...words, code, ...(description === undefined ? {} : { description }) };
}
