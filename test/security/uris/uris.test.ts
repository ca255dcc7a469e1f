/** Which URIs a client may have, whoever brings it: every hostile one and every scheme, in every member, by every way in. */
import test from 'ava';
import { isLoopbackHost } from '../../../src/config/config.ts';
import { members, taggedLanguages } from '../../../src/domain/clients/metadata/members.ts';
import type { ClientMetadata } from '../../../src/domain/clients/metadata/metadata.ts';
import { schemeProblem } from '../../../src/domain/clients/metadata/schemes.ts';
import {
  answerParameterProblem,
  linkProblem,
  type UriRules,
  uriProblem,
} from '../../../src/domain/clients/metadata/uris.ts';
import { sharedProvider } from '../../support/provider-fixture.ts';
import { documents, doors } from './doors.ts';
import { goodUris, goodWithScheme } from './good-uris.ts';
import { harmlessInLinks, hostileUris } from './hostile-uris.ts';
import { dangerousSchemes, inOtherCase, undottedSchemes, uriOf } from './schemes.ts';

const fixture = await sharedProvider({
  environment: { OUTBOUND_ALLOW_PRIVATE: documents.origin, BUDGET_FACTOR: '1000', REGISTRATION: 'open' },
});
test.after.always(() => documents.stop());

/** The most that a client may have. */
const rules: UriRules = {
  ...{ allowsLoopbackHttp: true, isLoopbackHost, allowsPrivateScheme: true },
  allowedSchemes: [],
};
const redirectUriProblem = (uri: string) => uriProblem(uri, rules) ?? answerParameterProblem(uri);

const NATIVE = { client_name: 'Notes', application_type: 'native', redirect_uris: ['com.example.app:/cb'] } as const;

const lists = ['redirect_uris', 'post_logout_redirect_uris', 'cors_origins'] as const;
const links = ['client_uri', 'logo_uri', 'policy_uri', 'tos_uri'].flatMap((name) => [
  name,
  ...taggedLanguages.map((language) => `${name}#${language}`),
]);
const called = ['jwks_uri', 'initiate_login_uri', 'backchannel_logout_uri'] as const;

test('the members that hold URIs are these', (t) => {
  const known = [...members.keys()].filter((name) => /_uris?$|_origins$/.test(name));
  const tried: readonly string[] = [...lists, ...links.filter((name) => !name.includes('#')), ...called];
  t.deepEqual(known.toSorted(), tried.toSorted());
});

test('there are 120 hostile URIs and 40 schemes, each once', (t) => {
  t.true(new Set(hostileUris.map(({ uri }) => uri)).size >= 120);
  t.is(new Set(hostileUris.map(({ uri }) => uri)).size, hostileUris.length);
  t.true(new Set([...dangerousSchemes, ...undottedSchemes]).size >= 40);
});

for (const { uri, code, why } of hostileUris) {
  test(`no redirect URI: ${JSON.stringify(uri).slice(0, 80)} (${code}: ${why}; ${uri.length})`, (t) => {
    const problem = redirectUriProblem(uri);
    t.is(problem?.code, code);
    // For a log, a terminal and an answer: nothing unseen, and of bounded length.
    t.regex(problem?.text ?? '', /^[\x20-\x7e]{1,800}$/);
    if (!harmlessInLinks.has(code) && code !== 'uri_not_https') t.truthy(linkProblem(uri));
  });
}

test('a URI with a password in it is not repeated', (t) => {
  t.false(redirectUriProblem('https://ada:hunter2@app.example/cb')?.text.includes('hunter2'));
});

/** One wrong value in every member at once: each has to be named. */
function everywhere(uri: string): ClientMetadata {
  const one = [...links, ...called].map((name) => [name, uri]);
  return { ...NATIVE, ...Object.fromEntries([...lists.map((name) => [name, [uri]]), ...one]) };
}

const isNamed = (said: string, member: string): boolean => said.includes(`${member}: `) || said.includes(`${member} `);

for (const [name, { submit, saysOne = false, has = () => true, carries = () => true }] of Object.entries(doors)) {
  /** Which of these members took it. */
  async function takenBy(uri: string, expected: readonly string[]): Promise<readonly string[]> {
    const tried = expected.filter(has);
    const all = Object.entries(everywhere(uri)).filter(([member]) => tried.includes(member));
    const submitted = saysOne ? all.map((one) => [one]) : [all];
    const said = await Promise.all(
      submitted.map((members) => submit(fixture, { ...NATIVE, ...Object.fromEntries(members) })),
    );
    return tried.filter((member) => !said.some((text) => text !== undefined && isNamed(text, member)));
  }

  test.serial(`${name}: no hostile URI comes in, by no member`, async (t) => {
    for (const { uri, code } of hostileUris.filter((hostile) => carries(hostile.uri))) {
      const isForLists = harmlessInLinks.has(code) || code === 'uri_not_https' || saysOne;
      t.deepEqual(await takenBy(uri, isForLists ? lists : [...lists, ...links, ...called]), [], uri.slice(0, 100));
    }
  });

  test.serial(`${name}: no scheme but https comes in, by no member, in lower case or not`, async (t) => {
    for (const scheme of [...dangerousSchemes, ...undottedSchemes].filter((each) => each !== 'https')) {
      // People may follow a link to http.
      const expected = [...lists, ...called, ...(scheme === 'http' ? [] : links)];
      t.deepEqual(await takenBy(uriOf(scheme), expected), [], scheme);
      t.deepEqual(await takenBy(inOtherCase(uriOf(scheme)), saysOne ? lists : expected), [], scheme);
    }
  });

  test.serial(`${name}: a web app has no scheme of its own, and no http`, async (t) => {
    for (const uri of ['com.example.app:/cb', 'http://app.example/cb', ...Object.values(goodWithScheme).flat()]) {
      const said = await submit(fixture, { client_name: 'Notes', application_type: 'web', redirect_uris: [uri] });
      t.true(said?.includes('redirect_uris'), `${uri}: ${said}`);
    }
  });

  test.serial(`${name}: what real apps have comes in`, async (t) => {
    for (const type of ['web', 'native'] as const) {
      const both = { redirect_uris: goodUris[type], post_logout_redirect_uris: goodUris[type] };
      for (const [member, uris] of Object.entries(both)) {
        // A document has at most 5 KB.
        for (const part of [uris.slice(0, 35), uris.slice(35)]) {
          const metadata = { client_name: 'Notes', application_type: type, redirect_uris: [uris[1]], [member]: part };
          const said = await submit(fixture, metadata);
          t.is(said, undefined, said);
        }
      }
    }
  });
}

test('a scheme without a dot comes in by the word of an administrator, for that client and scheme alone', async (t) => {
  const create = doors['admin client create']?.submit;
  for (const [scheme, uris] of Object.entries(goodWithScheme)) {
    t.regex((await create?.(fixture, { ...NATIVE, redirect_uris: uris })) ?? '', /redirect_uris/, scheme);
    const allowed = { ...NATIVE, redirect_uris: uris, allowed_schemes: [scheme] };
    t.is(await create?.(fixture, allowed), undefined, scheme);
    t.regex((await create?.(fixture, { ...allowed, allowed_schemes: ['other'] })) ?? '', /redirect_uris/);
    t.regex(
      (await create?.(fixture, { ...allowed, application_type: 'web' })) ?? '',
      /allowed_schemes is for a native/,
    );
  }
});

test('no administrator can allow a scheme that runs, shows, fetches or orders something', async (t) => {
  for (const scheme of dangerousSchemes) {
    t.truthy(schemeProblem(scheme), scheme);
    const metadata = { ...NATIVE, redirect_uris: [uriOf(scheme)], allowed_schemes: [scheme] };
    t.regex((await doors['admin client create']?.submit(fixture, metadata)) ?? '', /allowed_schemes/, scheme);
  }
  for (const name of ['', 'OC', 'oc:', 'oc://', '1a', 'o c', '*', 'öc', 'javascript:', 'a'.repeat(65), '.', 'a\n'])
    t.truthy(schemeProblem(name), name);
  for (const scheme of undottedSchemes) t.is(schemeProblem(scheme), undefined, scheme);
});
