/** Joins the engine options of all concerns; an option that two concerns set is a mistake. */
import type { Configuration } from 'oidc-provider';

type Options = Readonly<Record<string, unknown>>;

function join(target: Record<string, unknown>, part: Options, path: string): void {
  for (const [key, value] of Object.entries(part)) {
    if (key in target) throw new TypeError(`two concerns set the engine option ${path}${key}`);
    target[key] = value;
  }
}

export function combineOptions(parts: readonly Configuration[]): Configuration {
  const options: Record<string, unknown> = {};
  const features: Record<string, unknown> = {};
  for (const { features: ofPart, ...rest } of parts) {
    join(options, rest, '');
    join(features, { ...ofPart }, 'features.');
  }
  return { ...options, features };
}
