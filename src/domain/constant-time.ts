import { timingSafeEqual } from 'node:crypto';

export function isSameSecret(expected: string, presented: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(presented)];
  return a.byteLength === b.byteLength && timingSafeEqual(a, b);
}
