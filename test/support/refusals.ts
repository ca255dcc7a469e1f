/** Says that something is refused, by code. */
import type { ExecutionContext } from 'ava';
import { Refusal, type RefusalCode } from '../../src/domain/refusal.ts';

/** The refusal, for further questions; any other outcome fails the test. */
export async function isRefused(t: ExecutionContext, code: RefusalCode, act: () => unknown): Promise<Refusal> {
  const refusal = await t.throwsAsync(async () => act(), { instanceOf: Refusal }, `expected ${code}`);
  t.is(refusal.code, code);
  return refusal;
}
