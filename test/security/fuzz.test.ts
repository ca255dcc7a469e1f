/** Made-up requests to every route, by strangers and by whoever is let in: none is a fault, and no page shows markup that it was sent. */
import { randomInt } from 'node:crypto';
import { inspect } from 'node:util';
import test from 'ava';
import fc from 'fast-check';
import got from 'got';
import { pluggedFeatures } from '../support/plugged-features.ts';
import { obtainCode, redeem, sharedProvider } from '../support/provider-fixture.ts';
import { faultOf } from './fuzz/answers.ts';
import { requestsTo } from './fuzz/requests.ts';
import { callersOf, type Route, routesOf } from './fuzz/targets.ts';
import { sendRaw } from './raw-request.ts';

/** FUZZ_SEED makes the requests of an earlier run again, FUZZ_RUNS says how many a route gets, FUZZ_ROUTE which routes (a part of the name). */
const { FUZZ_SEED, FUZZ_RUNS = '30', FUZZ_ROUTE = '' } = process.env;
const seed = Number(FUZZ_SEED ?? randomInt(2 ** 31));
const runs = Number(FUZZ_RUNS);

const MOST_MILLISECONDS = 60_000 + runs * 100;

/** Those who are let in lose it by what they send: they come anew. */
const RUNS_OF_CALLERS = 150;

const fixture = await sharedProvider({
  extraOptions: pluggedFeatures,
  environment: { BUDGET_FACTOR: '1000', SIGN_IN_BY_MAIL: 'on', REGISTRATION: 'open' },
});
const { issuer, logged } = fixture.latchkey;

/** Whoever plugs in the device flow draws its pages: those of the tests are no part of the product. */
const isDrawnElsewhere = ({ name, method }: Route): boolean =>
  ['code_verification', 'device_resume'].includes(name) && method === 'POST';

const routes = routesOf(fixture).filter((route) => route.name.includes(FUZZ_ROUTE) && !isDrawnElsewhere(route));

for (const route of routes) {
  test.serial(
    `${route.method} ${route.path} (${route.name}): ${runs} made-up requests (FUZZ_SEED=${seed})`,
    async (t) => {
      t.timeout(MOST_MILLISECONDS);
      let callers = await callersOf(fixture, route);
      let sent = 0;
      const property = fc.asyncProperty(
        requestsTo(route, () => callers),
        async (make) => {
          sent += 1;
          if (sent % RUNS_OF_CALLERS === 0) callers = await callersOf(fixture, route);
          const before = logged.length;
          const fault = faultOf(await sendRaw(issuer, make()));
          const errors = logged.slice(before).filter(({ level }) => level === 'error');
          if (fault !== undefined || errors.length > 0) throw new Error(`${fault} ${inspect(errors).slice(0, 3000)}`);
        },
      );
      await t.notThrowsAsync(fc.assert(property, { seed, numRuns: runs, includeErrorInReport: true }));
    },
  );
}

test.serial('the provider is well afterwards', async (t) => {
  t.true(routes.length > 0);
  t.is((await got(`${issuer}/readyz`)).statusCode, 200);
  const app = await fixture.newApp();
  t.is((await redeem(app, await obtainCode(app))).statusCode, 200);
});
