/** Settings that work and that somebody should think about again. */
import type { Config } from './config.ts';

export interface ConfigurationWarning {
  readonly variable: string;
  /** Completes the sentence that the variable's name begins. */
  readonly warning: string;
}

export function warningsOf({ budgetFactor }: Config): readonly ConfigurationWarning[] {
  const warnings: ConfigurationWarning[] = [];
  if (budgetFactor > 1) {
    const warning = 'is above 1: passwords can be guessed, and the database filled, so many times faster';
    warnings.push({ variable: 'BUDGET_FACTOR', warning });
  }
  return warnings;
}
