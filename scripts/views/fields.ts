/** Which fields each view is given: read from every state of every page, so that it is what the modules really give. */
import { everyState } from '../../test/pages/every-page.ts';

/** `app.name` is a member of an object, `groups[].id` one of each entry of a list. */
function pathsIn(value: unknown, path: string): readonly string[] {
  if (Array.isArray(value)) return [path, ...value.flatMap((entry) => pathsIn(entry, `${path}[]`))];
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([name, member]) => pathsIn(member, `${path}.${name}`))];
}

const isMember = (path: string): boolean => !path.endsWith('[]');

/** By view, in the order of names. */
export function fieldsOfViews(): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, Set<string>>();
  for (const { view, ...fields } of Object.values(everyState())) {
    const known = found.get(view) ?? new Set();
    for (const [name, value] of Object.entries(fields)) {
      for (const path of pathsIn(value, name).filter(isMember)) known.add(path);
    }
    found.set(view, known);
  }
  return new Map([...found].toSorted().map(([view, paths]) => [view, [...paths].toSorted()]));
}
