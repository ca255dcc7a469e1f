/** oidc-provider's own in-memory adapter, counting its calls. */
import type { Adapter, AdapterFactory } from 'oidc-provider';
import { operationsCounter } from './usage-probe.ts';

interface MemoryAdapterModule {
  createMemoryAdapter(clockTolerance?: number): (model: string) => Adapter;
}

/** Its methods stand on its prototype, and call one another. */
function counted(adapter: Adapter): Adapter {
  return new Proxy(adapter, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return (...parameters: readonly unknown[]) => {
        operationsCounter.count += 1;
        return Reflect.apply(member, target, parameters);
      };
    },
  });
}

export async function countedMemoryAdapter(): Promise<AdapterFactory> {
  // It is not part of oidc-provider's types.
  const path = import.meta.resolve('oidc-provider/lib/adapters/memory_adapter.js');
  const { createMemoryAdapter } = (await import(path)) as MemoryAdapterModule;
  const create = createMemoryAdapter(15);
  return (model) => counted(create(model));
}
