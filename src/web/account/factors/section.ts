/** The section #factors of the page /account: what its owner has besides the password, and where it is not asked for. */
import { MAX_APPS } from '../../../domain/factors/own-factors.ts';
import { isInForce } from '../../../domain/factors/remembered-devices.ts';
import { levelOfStrength, requiredStrength } from '../../../domain/factors/strength.ts';
import { ACCOUNT_PATH } from '../../../domain/links/links.ts';
import { MAX_PASSKEYS } from '../../../domain/passkeys/new-passkey.ts';
import { type AccountFactors, hasFactor } from '../../../storage/factors/factors.ts';
import type { ListedDevice } from '../../../storage/factors/remembered-devices.ts';
import type { Account } from '../../../storage/records/accounts.ts';
import { dictionaryOf, type Language } from '../../pages/language.ts';
import { shownName } from '../../pages/names-and-links.ts';
import { browserNames, deviceName, moreText, type ShownTime, shownTime } from '../session-list.ts';

const DEVICES_SHOWN = 50;

interface FactorEntry {
  /** What its button posts: the kind and the id. */
  readonly reference: string;
  readonly name: string;
  readonly kind: string;
  readonly since: ShownTime;
  readonly lastUsed: ShownTime | undefined;
}

interface DeviceEntry {
  readonly reference: string;
  readonly device: string;
  readonly since: ShownTime;
  readonly until: ShownTime;
}

export interface FactorSection {
  readonly entries: readonly FactorEntry[];
  /** There is room for one more. */
  readonly canAddApp: boolean;
  /** The same, and browsers make them here. */
  readonly canAddPasskey: boolean;
  /** Nothing can be removed: a setting demands what is left. */
  readonly isLastOne: boolean;
  /** How many are left, as a sentence; empty where there is no factor that they could stand for. */
  readonly recoveryCodes: string;
  readonly devices: { readonly entries: readonly DeviceEntry[]; readonly more: string };
  /** Where changes become possible, once the proof is old. */
  readonly proveHref: string;
  /** What has just happened, as a sentence. */
  readonly changed: string;
}

const changes = ['added', 'removed', 'device', 'devices'] as const;

export type FactorsChanged = (typeof changes)[number];

export function factorsChangedOf(text: unknown): FactorsChanged | undefined {
  return changes.find((one) => one === text);
}

export interface FoundFactors {
  readonly account: Account;
  readonly factors: AccountFactors;
  /** One more than are shown, at least. */
  readonly devices: readonly ListedDevice[];
  readonly mustHaveFactor: boolean;
  readonly offersPasskeys: boolean;
}

function entriesOf(language: Language, { apps, passkeys }: AccountFactors): readonly FactorEntry[] {
  const { kinds } = dictionaryOf(language).accountFactors.factors;
  const timeOf = (at: number | undefined) => (at === undefined ? undefined : shownTime(language, at));
  return [
    ...apps.map((app) => ({ ...app, prefix: 'authenticator_app', kind: kinds.authenticator_app })),
    ...passkeys.map((passkey) => ({
      ...passkey,
      prefix: 'passkey',
      kind: passkey.deviceType === 'multiDevice' ? kinds.syncedPasskey : kinds.boundPasskey,
    })),
  ].map(({ prefix, id, name, kind, addedAt, lastUsedAt }) => ({
    reference: `${prefix}:${id}`,
    name: shownName(name),
    kind,
    since: shownTime(language, addedAt),
    lastUsed: timeOf(lastUsedAt),
  }));
}

async function devicesOf(
  language: Language,
  { account, factors, devices }: FoundFactors,
): Promise<FactorSection['devices']> {
  const counting = devices
    .filter((device) => isInForce(device, account, factors))
    .toSorted((one, other) => other.rememberedAt - one.rememberedAt);
  const shown = counting.slice(0, DEVICES_SHOWN).map(async ({ id, userAgent, rememberedAt, expiresAt }) => ({
    reference: id,
    device: deviceName(language, await browserNames(userAgent)),
    since: shownTime(language, rememberedAt),
    until: shownTime(language, expiresAt),
  }));
  return { entries: await Promise.all(shown), more: moreText(language, counting.length - shown.length) };
}

function codesLeft(language: Language, { recoveryCodes }: AccountFactors): string {
  const { left } = dictionaryOf(language).accountFactors.factors.recoveryCodes;
  const count = recoveryCodes.length;
  if (count === 0) return left.none;
  return count === 1 ? left.one : left.many(new Intl.NumberFormat(language).format(count));
}

export async function factorSection(
  language: Language,
  found: FoundFactors,
  changed: FactorsChanged | undefined,
): Promise<FactorSection> {
  const { factors, mustHaveFactor, offersPasskeys } = found;
  const entries = entriesOf(language, factors);
  // Enough for an authenticator app, which has nearly everybody; the rest asks for more when it comes to it.
  const level = levelOfStrength(requiredStrength('authenticator_app', factors));
  const query = new URLSearchParams({ section: 'factors', ...(level !== undefined && { level }) });
  return {
    entries,
    canAddApp: factors.apps.length < MAX_APPS,
    canAddPasskey: offersPasskeys && factors.passkeys.length < MAX_PASSKEYS,
    isLastOne: mustHaveFactor && entries.length === 1,
    recoveryCodes: hasFactor(factors) ? codesLeft(language, factors) : '',
    devices: await devicesOf(language, found),
    proveHref: `${ACCOUNT_PATH}/proof?${query}`,
    changed: changed === undefined ? '' : dictionaryOf(language).accountFactors.factors.changed[changed],
  };
}
