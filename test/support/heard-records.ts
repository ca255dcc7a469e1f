/** Storage that tells of each call on it, before the call is made. */
import type { Records } from '../../src/storage/driver.ts';

/** `collection`: undefined for a call that concerns none, such as closing. */
export type Hear = (method: string, collection: string | undefined) => void;

export function heardRecords(records: Records, hear: Hear): Records {
  return new Proxy(records, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      return (...parameters: readonly unknown[]) => {
        const [collection] = parameters;
        hear(String(name), typeof collection === 'string' ? collection : undefined);
        return Reflect.apply(member, target, parameters) as unknown;
      };
    },
  });
}
