import type { ExecutionContext } from 'ava';
import type { DomainError } from '../../src/domain/domain-error.ts';
import type { StorageCopyError } from '../../src/storage/maintenance/copy.ts';

/** The error, for further questions; any other outcome fails the test. */
export async function rejectsWith(
  t: ExecutionContext,
  code: (DomainError | StorageCopyError)['code'],
  act: () => unknown,
): Promise<DomainError> {
  const error = await t.throwsAsync<DomainError>(async () => act(), { code } as never, `expected ${code}`);
  return error;
}
