/** Thrown when settings are missing or unsafe: carries every problem at once, in the operator's words. */
export interface ConfigurationProblem {
  readonly variable: string;
  /** What is wrong and what to do. Never the value: it may be a secret. */
  readonly problem: string;
}

export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly problems: readonly ConfigurationProblem[];

  constructor(problems: readonly ConfigurationProblem[]) {
    const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`;
    const lines = problems.map(({ variable, problem }) => `  ${variable} ${problem}`);
    super([`${count} in the settings:`, ...lines].join('\n'));
    this.problems = problems;
  }
}
