/** What happens where a change of second factors takes a stronger proof than there is: a sign-in that demands it, or a recovery code. */
import type { Context, Middleware } from 'koa';
import { DomainError } from '../../../domain/domain-error.ts';
import { type AcceptedCode, acceptCode, type ProveDeps } from '../../../domain/factors/prove.ts';
import {
  type ChangedFactor,
  isStrongEnough,
  levelOfStrength,
  requiredStrength,
} from '../../../domain/factors/strength.ts';
import { noteFor } from '../../../provider/request.ts';
import type { AccountFactors, FactorStore } from '../../../storage/factors/factors.ts';
import type { Account } from '../../../storage/records/accounts.ts';
import type { DeviceCookie } from '../../interactions/device-cookie.ts';
import { formStatus, hindranceOf } from '../../pages/form-problems.ts';
import { requestLanguage } from '../../pages/language.ts';
import { seeOther } from '../../see-other.ts';
import { type AccountFormDeps, postedBySignedIn } from '../posted.ts';
import type { AccountSessions, SignedIn } from '../sessions.ts';
import { type AccountSignIn, addressOf, type Section, sectionOf } from '../sign-in.ts';
import { demandedLevel, type StrongerProofPage, strongerProofPage } from './pages.ts';

export interface StrongerProofDeps extends AccountFormDeps, Omit<ProveDeps, 'factors' | 'note'> {
  readonly factors: Pick<FactorStore, 'get' | 'change'>;
  readonly deviceCookie: Pick<DeviceCookie, 'read'>;
  readonly accountSessions: Pick<AccountSessions, 'find' | 'end' | 'strengthen'>;
  readonly signIn: Pick<AccountSignIn, 'begin'>;
}

/** What somebody wants to do, and where. */
export interface Intent {
  readonly section: Section;
  readonly changed: ChangedFactor;
}

type Failure = Pick<StrongerProofPage, 'problem' | 'hindrance'>;

export class StrongerProof {
  readonly #deps: StrongerProofDeps;

  constructor(deps: StrongerProofDeps) {
    this.#deps = deps;
  }

  /** Undefined where the proof was not enough: then a stronger one was asked for, and the response is written. */
  async factorsIfProven(ctx: Context, signedIn: SignedIn, intent: Intent): Promise<AccountFactors | undefined> {
    const has = await this.#deps.factors.get(signedIn.account.id);
    if (signedIn.isFresh && isStrongEnough(signedIn.proven, intent.changed, has)) return has;
    this.#demand(ctx, signedIn, has, intent);
    return undefined;
  }

  async demand(ctx: Context, signedIn: SignedIn, intent: Intent): Promise<void> {
    this.#demand(ctx, signedIn, await this.#deps.factors.get(signedIn.account.id), intent);
  }

  #demand(ctx: Context, signedIn: SignedIn, has: AccountFactors, { section, changed }: Intent): void {
    const level = levelOfStrength(requiredStrength(changed, has));
    if (signedIn.isFresh) this.#show(ctx, signedIn, has, { section, level: demandedLevel(level) });
    // Asked for at the strength that the change needs, so that nobody signs in twice.
    else this.#deps.signIn.begin(ctx, { section, proofOf: signedIn.account, level });
  }

  readonly useRecoveryCode: Middleware = (ctx, next) =>
    postedBySignedIn(this.#deps, async (_ctx, form, signedIn) => {
      const { accountSessions, factors, signIn } = this.#deps;
      const { account } = signedIn;
      const section = sectionOf(form.get('section')) ?? 'factors';
      const demanded = { section, level: demandedLevel(form.get('level')) };
      if (!signedIn.isFresh) return signIn.begin(ctx, { ...demanded, proofOf: account });
      const used = await this.#useUp(ctx, account, form.get('recovery_code') ?? '');
      if (!('factorsAt' in used))
        return this.#show(ctx, signedIn, await factors.get(account.id), { ...demanded, ...used });
      accountSessions.strengthen(ctx, 'recovery_code', { from: used.factorsAt, to: used.factorsAt });
      return seeOther(ctx, addressOf(section));
    })(ctx, next);

  /** When the code was right it is used up. */
  async #useUp(ctx: Context, account: Account, typed: string): Promise<Failure | Pick<AcceptedCode, 'factorsAt'>> {
    if (typed.trim() === '') return { problem: 'missing_code' };
    const note = noteFor(ctx);
    const [accountId, device] = [account.id, this.#deps.deviceCookie.read(ctx)];
    try {
      const accepted = await acceptCode({ account, kind: 'recovery_code', typed, address: ctx.ip, device }, this.#deps);
      note('account.proof_given', 'recovery_code', { accountId });
      return accepted;
    } catch (error) {
      const hindrance = hindranceOf(error);
      if (hindrance === undefined && !(error instanceof DomainError && error.code === 'code_wrong')) throw error;
      const reason = hindrance === undefined ? 'wrong_recovery_code' : 'too_many_attempts';
      note('account.proof_failed', reason, { accountId });
      return hindrance === undefined ? { problem: 'code_wrong' } : { hindrance };
    }
  }

  #show(
    ctx: Context,
    { account }: SignedIn,
    { recoveryCodes }: AccountFactors,
    shown: Pick<StrongerProofPage, 'section' | 'level'> & Failure,
  ): void {
    const { forms, pages } = this.#deps;
    const page = strongerProofPage({
      language: requestLanguage(ctx),
      csrfToken: forms.tokenFor(),
      accountId: account.id,
      hasRecoveryCodes: recoveryCodes.length > 0,
      ...shown,
    });
    const { problem, hindrance } = shown;
    if (hindrance !== undefined) pages.show(ctx, page, formStatus(ctx, { hindrance }));
    else pages.show(ctx, page, problem === undefined ? 403 : 400);
  }
}
