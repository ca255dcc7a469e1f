/** Runs one verb on the installation that the environment names, beside whatever else works on it. */
import { type Installation, openInstallation } from '../../src/compose.ts';
import { configFromEnvironment } from '../../src/config/environment.ts';
import { type Outcome, printOutcome } from './print-outcome.ts';

export interface CommonOptions {
  readonly json?: boolean;
}

export async function runVerb(
  { json = false }: CommonOptions,
  work: (installation: Installation) => Promise<Outcome>,
): Promise<void> {
  const installation = await openInstallation(configFromEnvironment());
  try {
    printOutcome(await work(installation), json);
  } finally {
    await installation.close();
  }
}
