/**
 * The key of an authenticator app that is being added. Until a code of it was typed it is kept nowhere but in the form: encrypted, so that
 * nobody puts a key of their choice there, and for one account and a short time.
 */
import { newTotpSecret } from '../../../domain/factors/totp.ts';
import type { Clock } from '../../../ports/clock.ts';
import { PROOF_FRESH_MINUTES } from '../sessions.ts';

/** The proof that it takes is not fresh for longer. */
const LIFE_MILLISECONDS = PROOF_FRESH_MINUTES * 60 * 1000;

export interface ProposedApp {
  /** Base32. */
  readonly secret: string;
  /** For the hidden field of its form. */
  readonly proposal: string;
}

interface Content {
  readonly accountId: string;
  readonly secret: string;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

export interface ProposedAppsDeps {
  readonly cipher: {
    encrypt(text: string): string;
    /** Undefined for whatever was not encrypted by it. */
    decrypt(encrypted: string): string | undefined;
  };
  readonly clock: Pick<Clock, 'now'>;
}

export class ProposedApps {
  readonly #deps: ProposedAppsDeps;

  constructor(deps: ProposedAppsDeps) {
    this.#deps = deps;
  }

  propose(accountId: string): ProposedApp {
    const { cipher, clock } = this.#deps;
    const content: Content = { accountId, secret: newTotpSecret(), until: clock.now() + LIFE_MILLISECONDS };
    return { secret: content.secret, proposal: cipher.encrypt(JSON.stringify(content)) };
  }

  /** The same again, after a wrong code; undefined for what was not proposed to this account a short time ago. */
  read(proposal: string, accountId: string): ProposedApp | undefined {
    const { cipher, clock } = this.#deps;
    const text = cipher.decrypt(proposal);
    if (text === undefined) return undefined;
    // It was encrypted here.
    const content = JSON.parse(text) as Content;
    if (content.accountId !== accountId || clock.now() > content.until) return undefined;
    return { secret: content.secret, proposal };
  }
}
