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
import { doors } from './doors.ts';
import { goodUris, goodWithScheme } from './good-uris.ts';
import { harmlessInLinks, hostileUris } from './hostile-uris.ts';
import { dangerousSchemes, inOtherCase, undottedSchemes, uriOf } from './schemes.ts';

const fixture = await sharedProvider();

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

for (const [name, { submit, has = () => true, carries = () => true }] of Object.entries(doors)) {
  const everywhereHere = (uri: string): ClientMetadata =>
    Object.fromEntries(
      Object.entries(everywhere(uri)).filter(([member]) => has(member) || member === 'application_type'),
    );

  test(`${name}: no hostile URI comes in, by no member`, async (t) => {
    for (const { uri, code } of hostileUris.filter((hostile) => carries(hostile.uri))) {
      const said = await submit(fixture, everywhereHere(uri));
      const refused = harmlessInLinks.has(code) || code === 'uri_not_https' ? lists : [...lists, ...links, ...called];
      for (const member of refused.filter(has))
        if (said === undefined || !isNamed(said, member)) t.fail(`${member} took ${JSON.stringify(uri)}: ${said}`);
    }
    t.pass();
  });

  test(`${name}: no scheme but https comes in, by no member, in lower case or not`, async (t) => {
    for (const scheme of [...dangerousSchemes, ...undottedSchemes].filter((each) => each !== 'https')) {
      for (const uri of [uriOf(scheme), inOtherCase(uriOf(scheme))]) {
        const said = await submit(fixture, everywhereHere(uri));
        // People may follow a link to http.
        for (const member of [...lists, ...called, ...(scheme === 'http' ? [] : links)].filter(has))
          if (said === undefined || !isNamed(said, member)) t.fail(`${member} took ${uri}: ${said}`);
      }
    }
    t.pass();
  });

  test(`${name}: a web app has no scheme of its own, and no http`, async (t) => {
    for (const uri of ['com.example.app:/cb', 'http://app.example/cb', ...Object.values(goodWithScheme).flat()]) {
      const said = await submit(fixture, { client_name: 'Notes', application_type: 'web', redirect_uris: [uri] });
      t.true(said?.includes('redirect_uris'), `${uri}: ${said}`);
    }
  });

  test(`${name}: what real apps have comes in`, async (t) => {
    for (const type of ['web', 'native'] as const) {
      const uris = { redirect_uris: goodUris[type], post_logout_redirect_uris: goodUris[type] };
      const said = await submit(fixture, { client_name: 'Notes', application_type: type, ...uris });
      t.is(said, undefined, said);
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
