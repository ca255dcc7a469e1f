/** What happened to an account, in sentences for its owner. */
import { isIP } from 'node:net';
import type { AccountEventName } from '../../domain/events/security-events.ts';
import type { EventRecord } from '../../ports/events.ts';
import type { ClientFinder } from '../../provider/metadata-documents/client-finder.ts';
import { dictionaryOf, type Language } from '../pages/language.ts';
import { clientName, inLanguage, shownName } from '../pages/names-and-links.ts';
import { type ShownTime, shownTime } from './session-list.ts';

const SHOWN = 20;

export interface ActivityEntry {
  readonly at: ShownTime;
  readonly sentence: string;
  /** The app, and the network address, as far as they are known. */
  readonly where: string;
}

export interface Activity {
  readonly entries: readonly ActivityEntry[];
  /** There are older entries. */
  readonly hasMore: boolean;
}

type Sentences = Readonly<Record<AccountEventName, string | Readonly<Record<string, string>>>>;

/** Undefined for an event that another version recorded, and this one has no words for. */
function sentenceOf(language: Language, { event, reason }: EventRecord): string | undefined {
  const sentences: Sentences = dictionaryOf(language).account.activity.events;
  const words = Object.hasOwn(sentences, event) ? sentences[event as AccountEventName] : undefined;
  if (words === undefined || typeof words === 'string') return words;
  return Object.hasOwn(words, reason) ? words[reason] : undefined;
}

export async function activity(
  language: Language,
  { records, isWhole }: { readonly records: readonly EventRecord[]; readonly isWhole: boolean },
  clients: Pick<ClientFinder, 'getStored'>,
): Promise<Activity> {
  const words = dictionaryOf(language).account.activity;
  const told = records.flatMap((record) => {
    const sentence = sentenceOf(language, record);
    return sentence === undefined ? [] : [{ record, sentence }];
  });
  const shown = isWhole ? told : told.slice(0, SHOWN);
  const clientIds = [...new Set(shown.flatMap(({ record }) => record.clientId ?? []))];
  const names = new Map(
    await Promise.all(
      clientIds.map(async (id) => {
        const client = await clients.getStored(id);
        return [id, shownName(client === undefined ? id : clientName(inLanguage(client, language)))] as const;
      }),
    ),
  );

  function whereOf({ clientId = '', address = '' }: EventRecord): string {
    const name = names.get(clientId);
    // An administrator's command has no network address.
    const parts = [
      ...(name === undefined ? [] : [words.app(name)]),
      ...(isIP(address) === 0 ? [] : [words.from(address)]),
    ];
    return parts.join(', ');
  }

  return {
    entries: shown.map(({ record, sentence }) => ({
      at: shownTime(language, record.at),
      sentence,
      where: whereOf(record),
    })),
    hasMore: shown.length < told.length,
  };
}
