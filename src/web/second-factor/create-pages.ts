/** Makes the pages of the second factor inside of a sign-in. */
import type { StepHandlers } from '../interactions/step.ts';
import { Enrolment, type EnrolmentDeps } from './enrolment.ts';
import { SecondFactor, type SecondFactorDeps } from './second-factor.ts';
import { SentCode, type SentCodeDeps } from './sent-code.ts';

export interface SecondFactorPages {
  readonly asked: StepHandlers;
  readonly enrolment: Enrolment;
  readonly sentCode: SentCode;
}

export function createSecondFactorPages(
  deps: Omit<SecondFactorDeps, 'enrolment'> & EnrolmentDeps & SentCodeDeps,
): SecondFactorPages {
  const enrolment = new Enrolment(deps);
  return { asked: new SecondFactor({ ...deps, enrolment }), enrolment, sentCode: new SentCode(deps) };
}
