/** What a crowd of strangers leaves to known devices: the queue under simulated time, so that no machine is too slow for it. */
import test from 'ava';
import { HashingQueue } from '../../../src/domain/passwords/hashing-queue.ts';

const HASH_MILLISECONDS = 250;
const SECONDS = 120;

/** Things that happen at a time; time goes on when nothing is left to do. */
class Simulation {
  now = 0;
  readonly #events: { readonly at: number; readonly happen: () => void }[] = [];

  at(time: number, happen: () => void): void {
    this.#events.push({ at: time, happen });
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => this.at(this.now + milliseconds, resolve));
  }

  async run(): Promise<void> {
    for (;;) {
      await new Promise<void>((resolve) => {
        setImmediate(resolve);
      });
      let next = 0;
      this.#events.forEach(({ at }, index) => {
        if (at < (this.#events[next]?.at ?? 0)) next = index;
      });
      const [event] = this.#events.splice(next, 1);
      if (event === undefined) return;
      this.now = event.at;
      event.happen();
    }
  }
}

interface Arrivals {
  readonly everyMilliseconds: number;
  readonly isKnown: boolean;
  /** Each in a network of its own, unless there are fewer of those. */
  readonly addresses: number;
  readonly networks?: number;
  readonly accounts?: number;
}

/** How long the attempts of each kind took; refused ones are absent. */
async function waits(crowds: Readonly<Record<string, Arrivals>>, atOnce: number) {
  const simulation = new Simulation();
  const queue = new HashingQueue({ atOnce });
  const took = Object.fromEntries(Object.keys(crowds).map((name) => [name, [] as number[]]));
  const refused: string[] = [];
  for (const [name, crowd] of Object.entries(crowds)) {
    const { everyMilliseconds, isKnown, addresses, networks = addresses, accounts = addresses } = crowd;
    for (let n = 0; n * everyMilliseconds < SECONDS * 1000; n += 1) {
      // Not all at the same moment.
      const arrivesAt = n * everyMilliseconds + ((n * 37) % 50);
      simulation.at(arrivesAt, () => {
        const caller = {
          network: `${name} network ${n % networks}`,
          address: `${name} ${n % addresses}`,
          account: `${name} account ${n % accounts}`,
          isKnown,
        };
        queue
          .run(() => simulation.sleep(HASH_MILLISECONDS), caller)
          .then(() => took[name]?.push(simulation.now - arrivesAt))
          .catch(() => refused.push(name));
      });
    }
  }
  await simulation.run();
  const p95 = (name: string): number => {
    const sorted = (took[name] ?? []).toSorted((a, b) => a - b);
    return sorted[Math.floor(sorted.length * 0.95)] ?? Number.POSITIVE_INFINITY;
  };
  return { took, refused, p95 };
}

for (const atOnce of [2, 1]) {
  test(`under 25 attempts a second from 100 addresses known devices get in within four hash times, ${atOnce} at once`, async (t) => {
    const crowds = {
      strangers: { everyMilliseconds: 40, isKnown: false, addresses: 100 },
      known: { everyMilliseconds: 1000 / atOnce, isKnown: true, addresses: 30 },
    };
    const { took, refused, p95 } = await waits(crowds, atOnce);
    t.is(took.known?.length, SECONDS * atOnce);
    t.false(refused.includes('known'));
    t.true(p95('known') < 4 * HASH_MILLISECONDS, String(p95('known')));
    // The crowd gets what is left, not nothing.
    t.true((took.strangers?.length ?? 0) > (SECONDS * 1000 * atOnce) / HASH_MILLISECONDS / 3);
  });
}

test('one address that floods does not keep other strangers from their turn', async (t) => {
  const crowds = {
    flood: { everyMilliseconds: 20, isKnown: false, addresses: 1 },
    others: { everyMilliseconds: 500, isKnown: false, addresses: 30 },
  };
  const { took, refused, p95 } = await waits(crowds, 2);
  t.false(refused.includes('others'));
  t.is(took.others?.length, SECONDS * 2);
  t.true(p95('others') < 4 * HASH_MILLISECONDS, String(p95('others')));
});

test('known devices that flood do not shut strangers out', async (t) => {
  const crowds = {
    known: { everyMilliseconds: 40, isKnown: true, addresses: 100 },
    strangers: { everyMilliseconds: 1000, isKnown: false, addresses: 30 },
  };
  const { took, refused } = await waits(crowds, 2);
  t.false(refused.includes('strangers'));
  t.is(took.strangers?.length, SECONDS);
});

const shares = { 'one network': { networks: 1, accounts: 100 }, 'two accounts': { networks: 100, accounts: 2 } };
for (const [whose, share] of Object.entries(shares)) {
  for (const isKnown of [true, false]) {
    test(`a customer with ${whose} and many addresses does not keep other ${isKnown ? 'known devices' : 'strangers'} from their turn`, async (t) => {
      const crowds = {
        customer: { everyMilliseconds: 10, isKnown, addresses: 100, ...share },
        others: { everyMilliseconds: 500, isKnown, addresses: 30 },
      };
      const { took, refused, p95 } = await waits(crowds, 2);
      t.false(refused.includes('others'));
      t.is(took.others?.length, SECONDS * 2);
      t.true(p95('others') < 4 * HASH_MILLISECONDS, String(p95('others')));
    });
  }
}
