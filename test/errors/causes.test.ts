/** Whatever a page about an error says can be brought about, and comes with exactly the description that stands there. */
import test from 'ava';
import { explanations } from '../../src/web/docs/error-pages.ts';
import { stopTime } from '../protocol/time.ts';
import { sharedProvider, TERMS } from '../support/provider-fixture.ts';
import { failingStorage } from './failing-storage.ts';
import { patternOf } from './pattern-of.ts';
import { provokedAtAccount } from './provoked-account.ts';
import { provokedAtPortal } from './provoked-developer.ts';
import { provokedLinks } from './provoked-links.ts';
import { provokedPosts } from './provoked-posts.ts';
import { provokedRegistrations } from './provoked-registrations.ts';
import { provokedRequestObjects } from './provoked-request-objects.ts';
import { type Provocations, provokedRequests } from './provoked-requests.ts';
import { provokedElsewhere, provokedSignIns } from './provoked-sign-ins.ts';
import { provokedClients, provokedGrants } from './provoked-tokens.ts';
import {
  OPAQUE_API,
  provokedFaults,
  provokedProofs,
  provokedUserinfo,
  saidByApi,
  saidByApis,
} from './provoked-uses.ts';

stopTime();
const storage = failingStorage();
const fixture = await sharedProvider({
  wrapRecords: storage.wrapRecords,
  environment: { ...TERMS, REQUIRE_SECOND_FACTOR: 'group:guarded' },
  resources: [
    { identifier: 'https://other.example/', scopes: {} },
    { identifier: OPAQUE_API, scopes: { 'things:do': 'Do things' }, format: 'opaque' },
  ],
});
const { issuer } = fixture.latchkey;

const provocations: Provocations = {
  ...{ ...provokedRequests, ...provokedSignIns, ...provokedElsewhere, ...provokedClients, ...provokedGrants },
  ...{ ...provokedRequestObjects, ...provokedPosts, ...provokedLinks, ...provokedAtAccount, ...provokedAtPortal },
  ...provokedRegistrations,
  ...{ ...provokedUserinfo, ...provokedProofs, ...provokedFaults(storage) },
};

/** `code#name` of each cause, with the description that it is explained under. */
const explained: ReadonlyMap<string, string> = new Map(
  [...explanations].flatMap(([code, { causes }]) =>
    Object.entries(causes).flatMap(([description, named]) =>
      Object.keys(named).map((name): [string, string] => [`${code}#${name}`, description]),
    ),
  ),
);

for (const [cause, description] of explained) {
  const reason = saidByApis[cause];
  if (reason !== undefined) continue;
  test.serial(`${cause} comes with its description, and leads to its page`, async (t) => {
    const told = await provocations[cause]?.(fixture);
    const [code = ''] = cause.split('#');
    t.is(told?.error, code, JSON.stringify(told));
    t.is(told?.uri, `${issuer}/docs/errors/${code}`);
    if (description === '') t.is(told?.description, undefined);
    else t.regex(told?.description ?? '', patternOf(description));
  });
}

for (const [cause, reason] of Object.entries(saidByApis)) {
  test(`an API says ${cause} in the words of its page`, (t) => {
    const { error, description } = saidByApi(reason);
    t.is(error, cause.split('#')[0]);
    t.is(description, explained.get(cause));
  });
}

test('every way to bring one about is of a cause that is explained', (t) => {
  const known = [...Object.keys(provocations), ...Object.keys(saidByApis)];
  t.deepEqual(
    known.filter((cause) => !explained.has(cause)),
    [],
  );
});
