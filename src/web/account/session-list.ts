/** The sessions of an account, as its owner reads them: which device, since when, and which one is this. */
import { hasEnded } from '../../domain/accounts/ended-sessions.ts';
import type { ReferredSession } from '../../storage/issued/sessions.ts';
import type { Account } from '../../storage/records/accounts.ts';
import { dictionaryOf, type Language } from '../pages/language.ts';

const SHOWN = 50;

export interface ShownTime {
  /** For `<time datetime>`. */
  readonly iso: string;
  readonly text: string;
}

/** The time is given in UTC, and says so: the reader's time zone is not known. */
export function shownTime(language: Language, milliseconds: number): ShownTime {
  const at = new Date(milliseconds);
  const format = new Intl.DateTimeFormat(language, {
    dateStyle: 'medium',
    timeStyle: 'short',
    hourCycle: 'h23',
    timeZone: 'UTC',
  });
  // `datetime` may end with the minute, which is short.
  return { iso: `${at.toISOString().slice(0, 16)}Z`, text: `${format.format(at)} UTC` };
}

export interface SessionEntry {
  /** Absent for the session that shows this page: its button signs out instead. */
  readonly reference?: string;
  readonly device: string;
  readonly firstSeen: ShownTime | undefined;
  readonly lastSeen: ShownTime | undefined;
}

export interface SessionList {
  readonly entries: readonly SessionEntry[];
  readonly hasOthers: boolean;
  /** A sentence that says how many more there are; empty if all are shown. */
  readonly more: string;
}

/** The sentence below a list that is shown in part. */
export function moreText(language: Language, count: number): string {
  if (count <= 0) return '';
  return dictionaryOf(language).account.more(new Intl.NumberFormat(language).format(count));
}

/** Pages show only these known names: anybody can write anything else into a user agent. */
async function loadBrowserNames() {
  const { default: bowser } = await import('bowser');
  const { generic: _any, ...browsers } = bowser.BROWSER_MAP;
  const [known, systems] = [new Set<string>(Object.values(browsers)), new Set<string>(Object.values(bowser.OS_MAP))];
  return (userAgent: string) => {
    if (userAgent === '') return { browser: '', system: '' };
    const parser = bowser.getParser(userAgent);
    const [browser, system] = [parser.getBrowserName(), parser.getOSName()];
    return { browser: known.has(browser) ? browser : '', system: systems.has(system) ? system : '' };
  };
}

type NamesOf = Awaited<ReturnType<typeof loadBrowserNames>>;
type BrowserNames = ReturnType<NamesOf>;

// The tables are large: they are read when somebody first looks at their own page, and kept.
let loaded: NamesOf | undefined;

async function browserNaming(): Promise<NamesOf> {
  loaded ??= await loadBrowserNames();
  return loaded;
}

/** Empty names where there is no user agent, or none that is known. */
export async function browserNames(userAgent: string): Promise<BrowserNames> {
  return (await browserNaming())(userAgent);
}

export function deviceName(language: Language, { browser, system }: BrowserNames): string {
  const words = dictionaryOf(language).account.sessions.devices;
  if (browser === '') return system === '' ? words.unknown : words.system(system);
  return system === '' ? browser : words.both(browser, system);
}

export async function sessionList(
  language: Language,
  {
    account,
    own,
    found,
  }: { readonly account: Account; readonly own: ReferredSession; readonly found: readonly ReferredSession[] },
): Promise<SessionList> {
  const lastSeenAt = ({ document: { seen } }: ReferredSession): number => seen?.lastSeenAt ?? 0;
  // A session that was saved after all sessions were ended opens nothing.
  const others = found.filter(
    ({ reference, document }) =>
      reference !== own.reference && !hasEnded(account, document.state.loginTs as number | undefined),
  );
  const shown = [own, ...others.toSorted((one, other) => lastSeenAt(other) - lastSeenAt(one)).slice(0, SHOWN - 1)];
  const namesOf = await browserNaming();
  const timeOf = (milliseconds: number | undefined) =>
    milliseconds === undefined ? undefined : shownTime(language, milliseconds);
  return {
    entries: shown.map(({ reference, document: { seen } }) => ({
      ...(reference !== own.reference && { reference }),
      device: deviceName(language, namesOf(seen?.userAgent ?? '')),
      firstSeen: timeOf(seen?.firstSeenAt),
      lastSeen: timeOf(seen?.lastSeenAt),
    })),
    hasOthers: others.length > 0,
    more: moreText(language, others.length + 1 - shown.length),
  };
}
