/** The end of every way to sign in. Where the account needs a second factor, no session knows the account before that was proven. */
import type { Context } from 'koa';
import { signInSecond } from '../../domain/accounts/ended-sessions.ts';
import type { ReasonOf } from '../../domain/events/security-events.ts';
import { isAtLeast, type Level, mfaLevel } from '../../domain/factors/levels.ts';
import type { DeviceMemory } from '../../domain/factors/remembered-devices.ts';
import type { Reservation, SignInBudgets } from '../../domain/throttle/sign-in-budgets.ts';
import type { Clock } from '../../ports/clock.ts';
import { clientIdOf, type Interaction } from '../../provider/interactions.ts';
import type { ClientFinder } from '../../provider/metadata-documents/client-finder.ts';
import { interactionSeconds } from '../../provider/options/lifetimes.ts';
import type { ResourceCache } from '../../provider/options/resources.ts';
import { demandedLevel } from '../../provider/policy/demanded-level.ts';
import type { RememberedDeviceCookie } from '../../provider/protection/remembered-device-cookie.ts';
import { noteFor } from '../../provider/request.ts';
import { type AccountFactors, type FactorStore, hasFactor } from '../../storage/factors/factors.ts';
import type { PendingSignIns } from '../../storage/factors/pending-sign-ins.ts';
import type { Account } from '../../storage/records/accounts.ts';
import type { TellOfNewDevice } from '../mail/new-device.ts';
import { seeOther } from '../see-other.ts';
import type { DeviceCookie } from './device-cookie.ts';
import { finish, signedIn } from './step.ts';

export const PENDING_MILLISECONDS = interactionSeconds * 1000;

/** What was proven in this browser, and when. */
export interface Proven {
  readonly account: Account;
  /** Seconds since the epoch (OIDC Core 2, auth_time): see `provenSecond`. */
  readonly provenAt: number;
  /** Whether the session outlives the browser. */
  readonly isRemembered: boolean;
  readonly level: Level;
  /** RFC 8176. */
  readonly amr: readonly string[];
  readonly by: ReasonOf<'sign_in.succeeded'>;
  /** The account was made in this very sign-in. */
  readonly hasRegistered?: boolean;
  /** Whoever was signed in has proven one factor more, and nothing anew of what they had proven before. */
  readonly isStepUp?: boolean;
  /** What was given back after the right guess: its network is known from now on. */
  readonly reservation?: Reservation | undefined;
}

/** Of an account that was made a moment ago. */
type OwnFactors = Pick<AccountFactors, 'apps' | 'passkeys' | 'changedAt'>;

const noFactors: OwnFactors = { apps: [], passkeys: [], changedAt: 0 };

/** Of a proof that began at this time (milliseconds since the epoch), before the account was read. */
export const provenSecond = signInSecond;

export interface CompleteSignInDeps {
  readonly factors: Pick<FactorStore, 'get'>;
  readonly pendingSignIns: Pick<PendingSignIns, 'put'>;
  readonly deviceMemory: Pick<DeviceMemory, 'isRemembered'>;
  readonly rememberedDeviceCookie: Pick<RememberedDeviceCookie, 'read'>;
  readonly throttle: Pick<SignInBudgets, 'rememberNetwork'>;
  readonly deviceCookie: DeviceCookie;
  readonly tellOfNewDevice: TellOfNewDevice;
  readonly clients: Pick<ClientFinder, 'get'>;
  readonly resources: ResourceCache;
  /** REQUIRE_SECOND_FACTOR: whether it covers the account. */
  readonly requiresSecondFactor: (account: Account) => boolean;
  readonly clock: Pick<Clock, 'now'>;
}

/** Of the page that asks for the second factor. The address names the client, as all addresses of a sign-in do. */
export function secondFactorAddress(interaction: Interaction): string {
  const query = new URLSearchParams({ client_id: clientIdOf(interaction) });
  return `/interaction/${encodeURIComponent(interaction.uid)}/second-factor?${query}`;
}

export class SignInCompletion {
  readonly #deps: CompleteSignInDeps;

  constructor(deps: CompleteSignInDeps) {
    this.#deps = deps;
  }

  /** After the first proof. Whoever calls has looked whether it is the account that the app demands. */
  async complete(ctx: Context, interaction: Interaction, proven: Proven): Promise<void> {
    const { account, provenAt, isRemembered, level, amr } = proven;
    // A passkey that was unlocked for it is two factors.
    if (isAtLeast(level, mfaLevel)) return this.finish(ctx, interaction, proven);
    const factors = proven.by === 'registration' ? noFactors : await this.#deps.factors.get(account.id);
    if (!(await this.#needsSecondFactor(ctx, interaction, proven, factors)))
      return this.finish(ctx, interaction, proven);
    await this.#deps.pendingSignIns.put(interaction.uid, {
      accountId: account.id,
      provenAt,
      sessionsEndedAt: account.sessionsEndedAt ?? 0,
      isRemembered,
      level,
      amr,
      ...(proven.by === 'registration' && { hasRegistered: true }),
      expiresAt: this.#deps.clock.now() + PENDING_MILLISECONDS,
    });
    return seeOther(ctx, secondFactorAddress(interaction));
  }

  /** With all that was asked for. What an app demands beyond that, the interaction policy looks at next. */
  async finish(ctx: Context, interaction: Interaction, proven: Proven): Promise<void> {
    const { throttle, deviceCookie } = this.#deps;
    const { account, isRemembered, by, reservation } = proven;
    if (reservation !== undefined) await throttle.rememberNetwork(reservation, account);
    // Before the browser is a known one. One in which somebody only proves again who they are is not new.
    if (interaction.session?.accountId !== account.id)
      await this.#deps.tellOfNewDevice(ctx, { account, interaction, hasRegistered: proven.hasRegistered === true });
    if (isRemembered) deviceCookie.remember(ctx, deviceCookie.read(ctx), account);
    else deviceCookie.forget(ctx, account.id);
    noteFor(ctx)('sign_in.succeeded', by, { accountId: account.id });
    await finish(ctx, { interaction }, signedIn(account.id, proven));
  }

  /** A remembered device is enough for the account and the setting, and never for what the request demands. */
  async #needsSecondFactor(
    ctx: Context,
    interaction: Interaction,
    { account }: Proven,
    factors: OwnFactors,
  ): Promise<boolean> {
    const { requiresSecondFactor, deviceMemory, rememberedDeviceCookie, clients, resources } = this.#deps;
    const client = await clients.get(clientIdOf(interaction));
    const demanded = await demandedLevel(interaction.params, client, resources);
    if (demanded !== undefined && isAtLeast(demanded, mfaLevel)) return true;
    if (!hasFactor(factors) && !requiresSecondFactor(account)) return false;
    return !(await deviceMemory.isRemembered(rememberedDeviceCookie.read(ctx, account.id), account, factors));
  }
}
