/** What was refused to a client, for who develops it: never whose sign-in it was, nor from where it came. */
import type { EventRecord } from '../../ports/events.ts';
import { type ShownTime, shownTime } from '../account/session-list.ts';
import { explanations } from '../docs/error-pages.ts';
import { ERRORS_PATH } from '../middleware/error-uris.ts';
import { dictionaryOf, type Language } from '../pages/language.ts';

const SHOWN = 30;

export interface RefusalEntry {
  readonly at: ShownTime;
  readonly sentence: string;
  /** Name of the route. */
  readonly endpoint: string | undefined;
  /** The page of the error that was answered; the list of all where that is not known. */
  readonly href: string;
  /** The code, where it is known. */
  readonly code: string | undefined;
}

/** Codes that the answers had where an event has another reason. */
const answered: Readonly<Record<string, string>> = {
  address_not_allowed: 'access_denied',
  not_in_allowed_group: 'access_denied',
  interaction_expired: 'sign_in_expired',
  stronger_sign_in_needed: 'invalid_grant',
  not_proven: 'invalid_client',
  too_many_attempts: 'temporarily_unavailable',
  authorization: 'temporarily_unavailable',
  pushed_authorization_request: 'temporarily_unavailable',
  mailed_link: 'temporarily_unavailable',
};

function codeOf({ reason, detail = '' }: EventRecord): string | undefined {
  // Of an error that has no reason of its own the detail is the code.
  const code = reason === 'other' ? detail : (answered[reason] ?? reason);
  return explanations.has(code) ? code : undefined;
}

type Sentences = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** `records`: of the client, newest first. */
export function refusalEntries(language: Language, records: readonly EventRecord[]): readonly RefusalEntry[] {
  const sentences: Sentences = dictionaryOf(language).developerRefusals;
  const told = records.flatMap((record) => {
    const ofEvent = Object.hasOwn(sentences, record.event) ? sentences[record.event] : undefined;
    const sentence =
      ofEvent !== undefined && Object.hasOwn(ofEvent, record.reason) ? ofEvent[record.reason] : undefined;
    return sentence === undefined ? [] : [{ record, sentence }];
  });
  return told.slice(0, SHOWN).map(({ record, sentence }) => {
    const code = codeOf(record);
    const href = code === undefined ? ERRORS_PATH : `${ERRORS_PATH}/${code}`;
    return { at: shownTime(language, record.at), sentence, endpoint: record.endpoint, href, code };
  });
}
