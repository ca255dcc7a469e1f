/** A database that an earlier version made, with what its users and apps held at that time. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { RegisteredMetadata } from '../support/seed.ts';

export const databases = join(import.meta.dirname, 'databases');

export interface Recorded {
  readonly madeAt: number;
  readonly secretKeys: string;
  readonly client: RegisteredMetadata;
  readonly service: RegisteredMetadata;
  /** Of the browser that is signed in: `name=value`. */
  readonly cookies: readonly string[];
  readonly refreshToken: string;
  /** A JWT for the API. */
  readonly accessToken: string;
}

export const recordedNames: readonly string[] = readdirSync(databases)
  .filter((file) => file.endsWith('.json'))
  .map((file) => file.slice(0, -'.json'.length));

export function recorded(name: string): Recorded {
  return JSON.parse(readFileSync(join(databases, `${name}.json`), 'utf8')) as Recorded;
}

export function databaseOf(name: string): Buffer {
  return gunzipSync(readFileSync(join(databases, `${name}.db.gz`)));
}
