/**
 * The key of an authenticator app that is being added. Until a code of it was typed it is kept nowhere but in the form: encrypted, so that
 * nobody puts a key of their choice there, and for one account and a short time.
 */
import { encode } from 'uqr';
import { keyUri, newTotpSecret } from '../../domain/factors/totp.ts';
import type { Clock } from '../../ports/clock.ts';
import { interactionSeconds } from '../../provider/options/lifetimes.ts';
import { shownName } from './names-and-links.ts';

/** As long as a sign-in may be left open; the proof that it takes at /account is not fresh for so long. */
const LIFE_MILLISECONDS = interactionSeconds * 1000;

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

/** ISO/IEC 18004: light modules around it. */
const QUIET_ZONE = 4;

/** The dark modules as one path, and how many there are in a row: drawn by the view, in colours that every camera reads. */
function qrCode(text: string): { readonly size: number; readonly path: string } {
  const { size, data } = encode(text, { ecc: 'L', boostEcc: true, border: QUIET_ZONE });
  const runs = data.flatMap((row, y) =>
    // Each run of dark modules, from where it begins.
    row.flatMap((isDark, x) => {
      if (!isDark || row[x - 1]) return [];
      const end = row.indexOf(false, x);
      const width = (end < 0 ? size : end) - x;
      return [`M${x} ${y}h${width}v1h-${width}z`];
    }),
  );
  return { size, path: runs.join('') };
}

const inGroups = (secret: string): string => secret.replace(/(.{4})(?=.)/g, '$1 ');

/** What the view `layout/app-key` shows, and the hidden field that goes back with the form. */
export function appKey(
  { secret, proposal }: ProposedApp,
  { service, user }: { readonly service: string; readonly user: string },
) {
  // Of bounded length: a QR code has room for so much.
  const uri = keyUri({ secret, service: shownName(service), user: shownName(user) });
  return { proposal, secret: inGroups(secret), keyHref: uri, qr: qrCode(uri) };
}
