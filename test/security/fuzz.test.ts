/** Thousands of made-up requests: none is a fault, none hangs, and the provider is well afterwards. */
import { randomInt } from 'node:crypto';
import test from 'ava';
import got from 'got';
import { obtainCode, redeem, sharedProvider } from '../support/provider-fixture.ts';
import { endpoints, liveEndpoints } from './endpoints.ts';
import { createRandom } from './random.ts';
import { randomRequest } from './random-request.ts';
import { sendRaw } from './raw-request.ts';

/** FUZZ_SEED makes the requests of an earlier run again, FUZZ_REQUESTS more of them. */
const seed = Number(process.env.FUZZ_SEED ?? randomInt(2 ** 32));
const REQUESTS = Number(process.env.FUZZ_REQUESTS ?? 2000);
const AT_ONCE = 8;

const fixture = await sharedProvider();
const { issuer, logged } = fixture.latchkey;

test(`made-up requests get answers below 500 (FUZZ_SEED=${seed})`, async (t) => {
  const random = createRandom(seed);
  const targets = [...endpoints, ...(await liveEndpoints(fixture)), ...(await liveEndpoints(fixture))];
  const requests = Array.from({ length: REQUESTS }, () => randomRequest(random, targets));
  const statuses = new Map<number, number>();
  const faults: string[] = [];

  async function sendAll(): Promise<void> {
    for (let request = requests.pop(); request !== undefined; request = requests.pop()) {
      const { status, text } = await sendRaw(issuer, request);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (status < 200 || status >= 500) faults.push(`${JSON.stringify(request)} -> ${status} ${text.slice(0, 200)}`);
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, sendAll));

  t.deepEqual(faults.slice(0, 5), [], `FUZZ_SEED=${seed}`);
  t.deepEqual(
    logged.filter(({ level }) => level === 'error'),
    [],
  );
  // Not all of it was turned away at the door.
  t.true((statuses.get(200) ?? 0) + (statuses.get(303) ?? 0) > REQUESTS / 20, JSON.stringify([...statuses]));

  t.log([...statuses].sort().join(' '));
  t.is((await got(`${issuer}/readyz`)).statusCode, 200);
  const app = await fixture.newApp();
  t.is((await redeem(app, await obtainCode(app))).statusCode, 200);
});
