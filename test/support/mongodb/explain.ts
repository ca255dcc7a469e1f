/** Asks a genuine server how it would find what a command searches for. */
import type { CommandStartedEvent, Db, Document } from 'mongodb';
import { filtersOf } from './command-filters.ts';

const WASTEFUL = ['COLLSCAN', 'SORT'];

function stagesIn(plan: unknown): string[] {
  if (typeof plan !== 'object' || plan === null) return [];
  const own = 'stage' in plan ? [String(plan.stage)] : [];
  return [...own, ...Object.values(plan).flatMap(stagesIn)];
}

/** The commands for which the server would read a whole collection or sort, as text. */
export async function wastefulCommands(
  database: Db,
  commands: readonly CommandStartedEvent[],
): Promise<readonly string[]> {
  const wasteful: string[] = [];
  for (const { collection, filter, sort } of commands.flatMap((command) => filtersOf(command) ?? [])) {
    const find: Document = { find: collection, filter, ...(sort !== undefined && { sort }) };
    const { queryPlanner } = await database.command({ explain: find, verbosity: 'queryPlanner' });
    const stages = stagesIn(queryPlanner?.winningPlan);
    if (stages.some((stage) => WASTEFUL.includes(stage))) wasteful.push(`${JSON.stringify(find)}: ${stages.join()}`);
  }
  return wasteful;
}
