/** The consent page shows all that is asked for, in plain words, and nothing else. */
import test from 'ava';
import { claimsOfScope } from '../../src/domain/accounts/claims.ts';
import type { ConsentPage } from '../../src/web/interactions/consent.ts';
import { dictionaryOf, languages } from '../../src/web/pages/language.ts';
import { drawConsent } from './every-page.ts';

/** An app that asks for nothing, unless the test says otherwise. */
function draw(page: Partial<ConsentPage>): string {
  const nothing = { oidcScopes: [], oidcClaims: [], resources: [] };
  const [client, account] = [{ name: 'Harbour Notes' }, { email: 'ann@example.com' }];
  return drawConsent({ client, account, redirectHost: 'notes.example', ...nothing, ...page });
}

function permissions(page: Partial<ConsentPage>): (string | undefined)[] {
  return [...draw(page).matchAll(/<span class="permission">([^<]*)</g)].map(([, title]) => title);
}

test('known scopes are explained, others are named', (t) => {
  const oidcScopes = ['openid', 'email', 'shoe_size', 'constructor'];
  t.deepEqual(permissions({ oidcScopes }), ['Recognise you', 'See your e-mail address', 'shoe_size', 'constructor']);
});

test('the profile is explained by each claim that it releases, in every language', (t) => {
  for (const language of languages) {
    const html = draw({ language, oidcScopes: ['profile'] });
    for (const claim of claimsOfScope('profile')) {
      t.true(html.includes(dictionaryOf(language).consent.claims[claim]), `${language} ${claim}`);
    }
  }
});

test('the scopes that are explained in fixed words release what these words name, and no more', (t) => {
  const named = {
    openid: [],
    email: ['email', 'email_verified'],
    address: ['address'],
    phone: ['phone_number', 'phone_number_verified'],
    groups: ['groups'],
    roles: ['roles'],
    offline_access: [],
  };
  for (const language of languages) {
    const fixed = Object.entries(dictionaryOf(language).consent.scopes).filter(
      ([, { detail }]) => typeof detail === 'string',
    );
    const released = fixed.map(([scope]) => [scope, claimsOfScope(scope)]);
    t.deepEqual(Object.fromEntries(released), named, language);
  }
});

test('single claims are explained, and unknown ones named', (t) => {
  t.deepEqual(permissions({ oidcClaims: ['birthdate', 'badge'] }), [
    'See your birthday',
    'See what is stored as “badge”',
  ]);
});

test('lasting access is one sentence, however it is asked for', (t) => {
  const kept = ['Keep this access while you are away'];
  t.deepEqual(permissions({ oidcScopes: ['offline_access'] }), kept);
  t.deepEqual(permissions({ oidcScopes: ['offline_access', 'offline_access'] }), kept);
});

test('each API is named with its own scopes, described by the API', (t) => {
  const resources = [
    {
      name: 'Tide API',
      identifier: 'https://api.example/tide',
      scopes: [{ name: 'tide:read', description: 'Read your tide tables' }, { name: 'tide:raw' }],
    },
    { identifier: 'https://api.example/moon', scopes: [] },
  ];
  t.deepEqual(permissions({ resources }), ['Read your tide tables', 'tide:raw', 'Call it in your name']);
  const html = draw({ resources });
  t.regex(
    html,
    /<h2 id="api-0">In Tide API it will be able to<\/h2>\s*<p class="identifier">https:\/\/api.example\/tide/,
  );
  t.regex(html, /<h2 id="api-1">In https:\/\/api.example\/moon it will be able to<\/h2>/);
});

test('the page says who is signed in, who asks and where the answer goes', (t) => {
  const html = draw({ account: { email: 'ann@example.com', name: 'Ann Example' } });
  for (const text of ['ann@example.com', 'Ann Example', 'Harbour Notes', 'notes.example']) t.true(html.includes(text));
});

test('"not you?" leads to signing out', (t) => {
  t.regex(draw({ chooseHref: '/session/end' }), /<a class="aside" href="\/session\/end">/);
});

test('an app without a host of its own is named as one on the device', (t) => {
  t.regex(draw({ redirectHost: '' }), /<strong class="host">an app on this device<\/strong>/);
});

const occurrences = (html: string, text: string): number => html.split(text).length - 1;

test('the host is shown once where app and way back are the same, and twice where they are not', (t) => {
  const same = draw({ client: { name: 'Notes', uri: 'https://notes.example/about' } });
  t.is(occurrences(same, '>notes.example<'), 1);
  t.true(same.includes('href="https://notes.example/about"'));
  const other = draw({ client: { name: 'Notes', uri: 'https://other.example/' } });
  t.is(occurrences(other, '>notes.example<'), 1);
  t.is(occurrences(other, '>other.example<'), 1);
  // A port makes another host (RFC 6454 4).
  t.is(occurrences(draw({ client: { name: 'Notes', uri: 'https://notes.example:8443/' } }), '>notes.example'), 2);
});

test('texts that administrators wrote in another language than the page say in which', (t) => {
  const resources = (language?: string) => [
    {
      identifier: 'https://api.example/',
      name: 'Notes',
      language,
      scopes: [{ name: 'read', description: 'Read' }, { name: 'bare' }],
    },
  ];
  const marks = (html: string) =>
    [...html.matchAll(/<span[^>]* lang="([^"]+)">([^<]*)</g)].map(([, lang, text]) => [lang, text]);
  for (const [language, tag] of [
    ['de', 'en'],
    ['en', 'pt-BR'],
    ['en', 'de'],
  ] as const) {
    const html = draw({ language, resources: resources(tag) });
    t.deepEqual(marks(html), [
      [tag, 'Notes'],
      [tag, 'Read'],
    ]);
    const unnamed = resources(tag).map(({ name: _, ...rest }) => rest);
    t.deepEqual(marks(draw({ language, resources: unnamed })), [[tag, 'Read']], 'an identifier is in no language');
  }
  for (const tag of ['en', 'en-GB', 'EN', undefined])
    t.deepEqual(marks(draw({ language: 'en', resources: resources(tag) })), [], tag);
  const organisationScopes = [{ name: 'teams', claims: ['team'], description: 'Teams', language: 'fr' }];
  t.deepEqual(marks(draw({ language: 'de', oidcScopes: ['teams'], organisationScopes })), [['fr', 'Teams']]);
});

/** Every item, with its box and the words beside it. */
function items(page: Partial<ConsentPage>): unknown[] {
  return [...draw(page).matchAll(/<li(?: class="choice")?>([\s\S]*?)<\/li>/g)].map(([, html = '']) => {
    const box = /<input id="([^"]+)" type="checkbox" name="([^"]+)" value="([^"]*)"( checked)?/.exec(html);
    const marks = [...html.matchAll(/<span class="mark">([^<]*)</g)].map(([, mark]) => mark);
    return box === null ? marks : [box[2], box[3], box[4] === undefined ? 'unticked' : 'ticked', ...marks];
  });
}

const tide = (...names: readonly string[]) => [
  { identifier: 'https://api.example/tide', name: 'Tide', scopes: names.map((name) => ({ name })) },
];

test('each scope but openid, and each claim, has a box that is ticked at first', (t) => {
  const page = {
    oidcScopes: ['openid', 'email', 'offline_access'],
    oidcClaims: ['birthdate'],
    resources: tide('read'),
  };
  t.deepEqual(items({ ...page, required: [] }), [
    ['Needed'],
    ['scope', 'email', 'ticked'],
    ['claim', 'birthdate', 'ticked'],
    ['scope', 'offline_access', 'ticked'],
    ['scope', 'read', 'ticked'],
  ]);
});

test('what the app requires has no box, and the page says that it is needed', (t) => {
  const page = { oidcScopes: ['openid', 'email'], resources: tide('read', 'write') };
  t.deepEqual(items({ ...page, required: ['email', 'read'] }), [
    ['Needed'],
    ['Needed'],
    ['Needed'],
    ['scope', 'write', 'ticked'],
  ]);
});

test('how to leave something out is said where something has a box, and there alone', (t) => {
  for (const language of languages) {
    const { leaveOut } = dictionaryOf(language).consent;
    t.true(draw({ language, oidcScopes: ['openid', 'email'] }).includes(leaveOut));
    t.false(draw({ language, oidcScopes: ['openid'] }).includes(leaveOut));
  }
});

test('the box of a scope that several have says whose it is', (t) => {
  const resources = [...tide('read'), { identifier: 'urn:moon', scopes: [{ name: 'read' }, { name: 'phone' }] }];
  const page = { oidcScopes: ['phone'], resources, required: [], shared: new Set(['read', 'phone']) };
  t.deepEqual(
    items(page).map((item) => (item as string[])[1]),
    ['phone', 'https://api.example/tide read', 'urn:moon read', 'urn:moon phone'],
  );
});

test('since the last time, what was not allowed is marked as new, and what was refused as refused and unticked', (t) => {
  const organisationScopes = [{ name: 'teams', claims: ['team', 'desk'], description: 'Teams' }];
  const page = {
    ...{ oidcScopes: ['openid', 'email', 'phone', 'profile', 'teams'], oidcClaims: ['birthdate', 'badge', 'address'] },
    ...{ organisationScopes, resources: [...tide('read', 'write', 'raw'), { identifier: 'urn:moon', scopes: [] }] },
    required: ['phone'],
    before: {
      allowed: {
        oidcScopes: ['openid', 'profile', 'teams'],
        oidcClaims: ['team', 'address'],
        resourceScopes: { 'https://api.example/tide': ['read'] },
      },
      refused: {
        oidcScopes: ['email'],
        oidcClaims: ['badge'],
        resourceScopes: { 'https://api.example/tide': ['write'] },
      },
    },
  };
  t.deepEqual(items(page), [
    ['Needed'],
    ['scope', 'email', 'unticked', 'Not allowed last time'],
    ['Needed', 'New'],
    ['scope', 'profile', 'ticked'],
    // It releases more than it did.
    ['scope', 'teams', 'ticked', 'New'],
    // A scope that was allowed releases it.
    ['claim', 'birthdate', 'ticked'],
    ['claim', 'badge', 'unticked', 'Not allowed last time'],
    ['claim', 'address', 'ticked'],
    ['scope', 'read', 'ticked'],
    ['scope', 'write', 'unticked', 'Not allowed last time'],
    ['scope', 'raw', 'ticked', 'New'],
    ['New'],
  ]);
});

test('each box has a label of its own, and a detail describes it', (t) => {
  const html = draw({ oidcScopes: ['email', 'phone'], oidcClaims: ['badge'], resources: tide('read'), required: [] });
  const ids = [...html.matchAll(/<input id="([^"]+)" type="checkbox"/g)].map(([, id]) => id);
  t.is(new Set(ids).size, 4);
  for (const id of ids) t.true(html.includes(`<label for="${id}">`), id);
  for (const [, id] of html.matchAll(/aria-describedby="([^"]+)"/g)) t.true(html.includes(`id="${id}"`), id);
});

test('whose app it is stands beside its host', (t) => {
  const client = { name: 'Notes', owner: 'Harbour Ltd', uri: 'https://other.example/' };
  t.regex(draw({ client }), /By Harbour Ltd<\/span>\s*<a href="https:\/\/other\.example\/"/);
  t.true(draw({ language: 'de', client }).includes('Von Harbour Ltd'));
  t.false(draw({ client: { name: 'Notes', owner: '\u200b' } }).includes('class="owner"'));
});
