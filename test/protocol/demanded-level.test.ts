/** A level that a request calls essential is reached or the sign-in fails (OIDC Core 5.5.1.1), whatever else it asks for. */
import test from 'ava';
import { decodeJwt } from 'jose';
import { mfaLevel, passwordLevel } from '../../src/domain/factors/levels.ts';
import { newVisitor, obtainCode, redeem, sharedProvider, toldApp } from '../support/provider-fixture.ts';
import { codeOf } from '../support/relying-party.ts';
import { comeIn, doors, newSigningApp } from '../support/request-doors.ts';

const GUARDED_API = 'https://guarded.example.com/';
const fixture = await sharedProvider({
  resources: [{ identifier: GUARDED_API, scopes: { 'guarded:do': 'Do it' }, minimumAcr: mfaLevel }],
});
const GOLD = 'urn:example:gold';

const essential = (requested: object): string =>
  JSON.stringify({ id_token: { acr: { essential: true, ...requested } } });

interface Request {
  readonly parameters: Readonly<Record<string, string>>;
  readonly metadata?: object;
}

const outOfReach: Readonly<Record<string, Request>> = {
  'another value': { parameters: { claims: essential({ value: GOLD }) } },
  'other values': { parameters: { claims: essential({ values: [GOLD, 'urn:example:silver'] }) } },
  'no value at all': { parameters: { claims: essential({ values: [] }) } },
  'null as value': { parameters: { claims: essential({ value: null }) } },
  'a number as value': { parameters: { claims: essential({ value: 1 }) } },
  'a value beside values within reach': { parameters: { claims: essential({ value: GOLD, values: [passwordLevel] }) } },
  'another value beside acr_values': { parameters: { claims: essential({ value: GOLD }), acr_values: passwordLevel } },
  'another value of an app with default_acr_values': {
    parameters: { claims: essential({ value: GOLD }) },
    metadata: { default_acr_values: [passwordLevel] },
  },
  'an essential that is a text': {
    parameters: { claims: JSON.stringify({ id_token: { acr: { essential: 'yes', value: GOLD } } }) },
  },
};

for (const [what, { parameters, metadata = {} }] of Object.entries(outOfReach)) {
  test(`${what} is out of reach: the app is told at every door, before anybody types a password`, async (t) => {
    const app = await newSigningApp(fixture, metadata);
    const { user } = await obtainCode(app);
    for (const door of Object.keys(doors)) {
      for (const visitor of [user, newVisitor()]) {
        const told = toldApp((await comeIn(fixture, { door, app, user: visitor }, parameters)).page);
        t.is(told.error, 'unmet_authentication_requirements', door);
        t.is(told.code, undefined);
      }
    }
  });
}

const withinReach: Readonly<Record<string, Request>> = {
  'the value': { parameters: { claims: essential({ value: passwordLevel }) } },
  'one of the values': { parameters: { claims: essential({ values: [GOLD, passwordLevel] }) } },
  'no demand but an essential one': { parameters: { claims: essential({}) } },
  'another value that is not essential': {
    parameters: { claims: JSON.stringify({ id_token: { acr: { value: GOLD } } }) },
  },
  'acr_values alone': { parameters: { acr_values: GOLD } },
  'the value beside other acr_values': {
    parameters: { claims: essential({ value: passwordLevel }), acr_values: GOLD },
  },
};

for (const [what, { parameters }] of Object.entries(withinReach)) {
  test(`${what}: the app gets its code, with a page and silently`, async (t) => {
    const app = await newSigningApp(fixture);
    const { user, ...grant } = await obtainCode(app, parameters);
    t.is(decodeJwt((await redeem(app, grant)).body.id_token ?? '').acr, passwordLevel);
    for (const door of Object.keys(doors))
      t.truthy(codeOf((await comeIn(fixture, { door, app, user }, { ...parameters, prompt: 'none' })).page), door);
  });
}

const tooHigh: Readonly<Record<string, Request>> = {
  acr_values: { parameters: { acr_values: `${GOLD} ${mfaLevel}` } },
  'an essential acr': { parameters: { claims: essential({ values: [GOLD, mfaLevel] }) } },
  'the client': { parameters: {}, metadata: { minimum_acr: mfaLevel } },
  'default_acr_values of the client': { parameters: {}, metadata: { default_acr_values: [mfaLevel] } },
  'an API': { parameters: { resource: GUARDED_API, scope: 'openid guarded:do' } },
};

for (const [what, { parameters, metadata = {} }] of Object.entries(tooHigh)) {
  test(`a level above a password that ${what} demands is asked for at every door, and silently the app is told so`, async (t) => {
    const { user } = await obtainCode(await newSigningApp(fixture));
    const app = await newSigningApp(fixture, metadata);
    for (const door of Object.keys(doors)) {
      const silent = await comeIn(fixture, { door, app, user }, { ...parameters, prompt: 'none' });
      t.is(toldApp(silent.page).error, 'login_required', door);
      const { page } = await comeIn(fixture, { door, app, user }, parameters);
      t.true(page.url.startsWith(`${fixture.latchkey.issuer}/interaction/`), door);
    }
  });
}
