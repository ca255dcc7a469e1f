/** Writes the filter of common passwords from the list of `@zxcvbn-ts/language-common`: `npm run passwords:filter`. */
import { writeFile } from 'node:fs/promises';
import { dictionary } from '@zxcvbn-ts/language-common';
import { writeFilter } from '../src/domain/passwords/filter.ts';
import { skeletonOf } from '../src/domain/passwords/readings.ts';

export const commonPasswords: readonly string[] = dictionary['passwords-common'];

export function passwordsFilter(): Buffer {
  return writeFilter(commonPasswords.map(skeletonOf).filter((skeleton) => skeleton !== ''));
}

if (import.meta.main) {
  await writeFile(new URL('../src/domain/passwords/common-passwords.bin', import.meta.url), passwordsFilter());
}
