/** Codes that are sent as a second factor, to whoever has proven the password: weaker than an app or a passkey, unless the operator says otherwise. */
import { randomBytes } from 'node:crypto';
import { CodeNotSent, type CodeSender } from '../../ports/code-sender.ts';
import type { Log } from '../../ports/log.ts';
import type { CodeChannel, SentCode } from '../../storage/factors/sent-codes.ts';
import type { Account } from '../../storage/records/accounts.ts';
import { DomainError } from '../domain-error.ts';
import type { NoteEvent } from '../events/security-events.ts';
import type { Outbox } from '../mail/outbox.ts';
import type { Reservation, SignInBudgets } from '../throttle/sign-in-budgets.ts';
import {
  destinationOf,
  harmlessName,
  mailCode,
  type NewCode,
  newCode,
  nextCodeAt,
  type TypedSentCode,
  type UseDeps,
  useCode,
} from './sent-codes.ts';

const PURPOSE = 'second_factor';

/** For accounts without a stronger factor, or for all, and then they count as mfa. */
type CodesBy = 'off' | 'fallback' | 'mfa';

export interface SecondFactorCodesDeps extends Omit<UseDeps, 'note'> {
  readonly outbox: Pick<Outbox, 'admitCode' | 'enqueue'>;
  /** Absent: nothing is sent to telephones. */
  readonly sender: CodeSender | undefined;
  readonly throttle: UseDeps['throttle'] & Pick<SignInBudgets, 'payForLink'>;
  readonly log: Pick<Log, 'warn'>;
  /** By what can be sent: `sentCodesOf` of the configuration. */
  readonly settings: Readonly<Record<CodeChannel, CodesBy>>;
}

export interface CodeToSend {
  readonly interactionUid: string;
  readonly account: Account;
  readonly channel: CodeChannel;
  readonly language: string;
  /** The IP address that the request came from. */
  readonly address: string;
  readonly appName?: string | undefined;
}

export interface CodeSent {
  /** Masked. */
  readonly sentTo: string;
  /** Milliseconds since the epoch: when another one may be asked for. */
  readonly nextAt: number;
}

/** What a right code proves. */
export interface ProvenCode {
  readonly channel: CodeChannel;
  /** By the operator's word: else it is no level above the password. */
  readonly countsAsMfa: boolean;
  readonly reservation: Reservation;
}

/** Enough to know it again, for whoever knows it. */
function masked({ destination, channel }: SentCode): string {
  if (channel === 'phone') return `\u2022\u2022\u2022 ${destination.replace(/\D/g, '').slice(-2)}`;
  return `${Array.from(destination)[0] ?? ''}\u2022\u2022\u2022${destination.slice(destination.lastIndexOf('@'))}`;
}

const sentOf = (code: SentCode): CodeSent => ({ sentTo: masked(code), nextAt: nextCodeAt(code) });

export class SecondFactorCodes {
  readonly #deps: SecondFactorCodesDeps;

  constructor(deps: SecondFactorCodesDeps) {
    this.#deps = deps;
  }

  /** By which ways the account can get a code that is enough. `amr`: how it has proven itself so far. */
  channelsFor(
    account: Account,
    {
      hasStrongerFactor,
      isMfaDemanded,
      amr,
    }: { readonly hasStrongerFactor: boolean; readonly isMfaDemanded: boolean; readonly amr: readonly string[] },
  ): readonly CodeChannel[] {
    const { settings } = this.#deps;
    // A second mail to the mailbox that was the first factor proves nothing more.
    const isMailFirst = amr.includes('mca') && !amr.includes('pwd');
    return (['mail', 'phone'] as const).filter((channel) => {
      const isFallback = settings[channel] === 'fallback' && !hasStrongerFactor && !isMfaDemanded;
      const isOffered = settings[channel] === 'mfa' || isFallback;
      return isOffered && !(channel === 'mail' && isMailFirst) && destinationOf(account, channel) !== undefined;
    });
  }

  /** What was sent last in this sign-in, for a page that is shown again. */
  async find(interactionUid: string, account: Account): Promise<(CodeSent & Pick<SentCode, 'channel'>) | undefined> {
    const code = await this.#deps.codes.get(PURPOSE, interactionUid);
    return code?.accountId === account.id ? { ...sentOf(code), channel: code.channel } : undefined;
  }

  /**
   * By a way of `channelsFor`. Within half a minute of the last one nothing is sent, and that one stays good. Throws `too_many_attempts`
   * and `code_not_sent`.
   */
  async send({ interactionUid, account, channel, ...message }: CodeToSend): Promise<CodeSent> {
    const { codes, throttle, settings } = this.#deps;
    const destination = destinationOf(account, channel);
    if (settings[channel] === 'off' || destination === undefined) throw new DomainError('code_not_sent');
    const before = await codes.get(PURPOSE, interactionUid);
    if (this.#isTooSoon(before, account, channel)) return sentOf(before);
    await throttle.payForLink(message.address);
    const binding = { purpose: PURPOSE, interactionUid, account } as const;
    const { code, stored } = newCode({ ...binding, login: account.email, channel, destination }, this.#deps);
    let replaced: SentCode | undefined;
    const written = await codes.change(PURPOSE, interactionUid, (current) => {
      replaced = current;
      return this.#isTooSoon(current, account, channel) ? undefined : stored;
    });
    // Another request of the same page was first.
    if (written === undefined) return sentOf(replaced ?? stored);
    await this.#admit(account.id, interactionUid, stored, replaced);
    const { language, appName } = message;
    if (channel === 'mail')
      await mailCode({ purpose: PURPOSE, code, stored, admission: 'act', language, appName }, this.#deps);
    else await this.#handOver({ code, stored }, { interactionUid, accountId: account.id, language, appName });
    return sentOf(stored);
  }

  /** Throws `code_wrong`, `code_gone` and `too_many_attempts`. */
  async prove(
    { account, ...typed }: TypedSentCode & { readonly account: Account },
    note: NoteEvent,
  ): Promise<ProvenCode> {
    const binding = { purpose: PURPOSE, account, paying: account, login: account.email } as const;
    const { code, reservation } = await useCode({ ...typed, ...binding }, { ...this.#deps, note });
    const { channel } = code;
    return { channel, countsAsMfa: this.#deps.settings[channel] === 'mfa', reservation };
  }

  #isTooSoon(before: SentCode | undefined, account: Account, channel: CodeChannel): before is SentCode {
    const isSame = before?.accountId === account.id && before.channel === channel;
    return isSame && this.#deps.clock.now() < nextCodeAt(before);
  }

  /** Counted once it is certain that this one is sent: of two requests at once one counts. What is held back ends no earlier code. */
  async #admit(
    accountId: string,
    interactionUid: string,
    stored: SentCode,
    replaced: SentCode | undefined,
  ): Promise<void> {
    const { codes, outbox } = this.#deps;
    try {
      await outbox.admitCode(accountId);
    } catch (error) {
      const none = { ...stored, expiresAt: stored.sentAt };
      await codes.change(PURPOSE, interactionUid, (current) =>
        current?.codeHash === stored.codeHash ? (replaced ?? none) : undefined,
      );
      throw error;
    }
  }

  async #handOver(
    { code, stored }: NewCode,
    {
      interactionUid,
      accountId,
      ...message
    }: { readonly accountId: string } & Pick<CodeToSend, 'interactionUid' | 'language' | 'appName'>,
  ): Promise<void> {
    const { sender, codes, log } = this.#deps;
    const { destination, expiresAt } = stored;
    const { language, appName } = message;
    const id = `msg_${randomBytes(16).toString('hex')}`;
    const sms = { id, channel: 'sms', destination, code, language, accountId, expiresAt } as const;
    const failure = await sender?.send({ ...sms, appName: harmlessName(appName) }).then(() => undefined, notSent);
    if (failure === undefined) return;
    log.warn({ cause: failure.failure, detail: failure.detail }, 'a code could not be sent to a telephone');
    // It may be asked for again at once; and may have arrived, so that it stays good.
    await codes.change(PURPOSE, interactionUid, (current) =>
      current?.codeHash === stored.codeHash ? { ...current, sentAt: 0 } : undefined,
    );
    throw new DomainError('code_not_sent');
  }
}

function notSent(error: unknown): CodeNotSent {
  if (error instanceof CodeNotSent) return error;
  throw error;
}
