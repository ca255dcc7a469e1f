/** Completes what was noted with who, where and when, and writes it to every sink. */
import type { Clock } from '../../ports/clock.ts';
import type { Event, EventOwner, EventRecord, EventSink } from '../../ports/events.ts';
import type { Log } from '../../ports/log.ts';
import type { KeyedHash } from '../../storage/encryption/keyed-hash.ts';
import { canonicalIdentifier } from '../../storage/records/canonical-identifier.ts';
import { eventRule, type SecurityEvent } from './security-events.ts';

/** What a request, or the admin command, says of all its events alike; an event's own subject comes first. */
export interface EventOrigin {
  readonly address: string;
  /** The admin command: all that it does is kept together, beside the record of the account or client. */
  readonly isAdministrator?: true;
  readonly requestId?: string | undefined;
  readonly signInId?: string | undefined;
  readonly clientId?: string | undefined;
  readonly endpoint?: string | undefined;
}

const MAX_DETAIL_CHARACTERS = 200;

export interface EventRecorderDeps {
  readonly sinks: readonly EventSink[];
  /** Absent where nobody signs in. */
  readonly keyedHash?: KeyedHash;
  readonly clock: Clock;
  readonly log: Log;
}

function subjectOf({ event, typedLogin }: SecurityEvent, { accountId, clientId }: EventRecord): EventOwner | undefined {
  const { keeper } = eventRule(event);
  if (keeper === 'client') return clientId === undefined ? undefined : { kind: 'client', id: clientId };
  if (keeper !== 'account') return undefined;
  if (accountId !== undefined) return { kind: 'account', id: accountId };
  // Kept as the failures of an account are: else the time of the answer would tell which accounts there are.
  return typedLogin === undefined ? undefined : { kind: 'unknown accounts' };
}

function ownersOf(noted: SecurityEvent, record: EventRecord, isAdministrator: boolean): readonly EventOwner[] {
  const { keeper } = eventRule(noted.event);
  if (keeper === 'log') return [];
  const subject = subjectOf(noted, record);
  if (!isAdministrator && keeper !== 'administration') return subject === undefined ? [] : [subject];
  const administration = { kind: 'administration' } as const;
  if (subject !== undefined) return [subject, administration];
  // Of all accounts: the client's alone.
  const { clientId } = record;
  const isOfClient = keeper === 'account' && clientId !== undefined;
  return isOfClient ? [{ kind: 'client', id: clientId }, administration] : [administration];
}

function withoutGaps<T extends object>(fields: { readonly [name in keyof T]: T[name] | undefined }): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}

export class EventRecorder {
  readonly #deps: EventRecorderDeps;

  constructor(deps: EventRecorderDeps) {
    this.#deps = deps;
  }

  /** Never throws: what happened has happened, and its request must not fail for the record. */
  async record(events: readonly SecurityEvent[], origin: EventOrigin): Promise<void> {
    if (events.length === 0) return;
    const complete = events.map((event) => this.#complete(event, origin));
    for (const sink of this.#deps.sinks) {
      try {
        await sink.record(complete);
      } catch (error) {
        const { requestId } = origin;
        const cause = error instanceof Error ? error.name : 'unknown';
        this.#deps.log.warn(withoutGaps({ requestId, cause }), 'security events could not be kept');
      }
    }
  }

  #complete(noted: SecurityEvent, origin: EventOrigin): Event {
    const { event, reason, accountId, typedLogin, resource, detail } = noted;
    const record = withoutGaps<EventRecord>({
      at: this.#deps.clock.now(),
      event,
      outcome: eventRule(event).outcome,
      reason,
      accountId,
      accountReference: accountId === undefined && typedLogin !== undefined ? this.#reference(typedLogin) : undefined,
      clientId: noted.clientId ?? origin.clientId,
      resource,
      address: origin.address,
      requestId: origin.requestId,
      signInId: origin.signInId,
      endpoint: noted.endpoint ?? origin.endpoint,
      detail: detail?.slice(0, MAX_DETAIL_CHARACTERS),
    });
    const { isByAnybody = false, isRepetitive = false } = eventRule(event);
    return {
      record,
      owners: ownersOf(noted, record, origin.isAdministrator === true),
      isByAnybody: isByAnybody && noted.isClientProven !== true,
      isRepetitive,
    };
  }

  #reference(typedLogin: string): string | undefined {
    return this.#deps.keyedHash?.hash('event account', canonicalIdentifier(typedLogin));
  }
}
