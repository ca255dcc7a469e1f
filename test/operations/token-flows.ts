/** What apps ask the token endpoint for. */
import { answered, type Fixture, JWT_API, newCode, OPAQUE_API } from './fixture.ts';

type Form = Readonly<Record<string, string>>;

const options: readonly (readonly [what: string, request: Form])[] = [
  ['a JWT', { scope: 'openid notes:read', resource: JWT_API }],
  ['an opaque token', { scope: 'openid photos:read', resource: OPAQUE_API }],
  [
    'a JWT that outlives the session',
    { scope: 'openid offline_access notes:read', resource: JWT_API, prompt: 'consent' },
  ],
];

async function codeFlows(fixture: Fixture, what: string, request: Form): Promise<void> {
  const { app, measure } = fixture;
  const { form } = await newCode(fixture, request);
  const tokens = await measure(`code for ${what}`, () => answered(app.token(form)));
  const proof = { refresh_token: tokens.refresh_token ?? '', resource: request.resource ?? '' };
  const refresh = () => answered(app.token({ grant_type: 'refresh_token', ...proof }));
  await measure(`refresh for ${what}`, refresh);
  await measure(`retried refresh for ${what}`, refresh);
}

async function replay(fixture: Fixture): Promise<void> {
  const { app, measure } = fixture;
  const { form } = await newCode(fixture, { scope: 'openid' });
  await answered(app.token(form));
  await measure('replayed code', () => app.token(form));
}

export async function tokenFlows(fixture: Fixture): Promise<void> {
  for (const [what, request] of options) await codeFlows(fixture, what, request);
  await replay(fixture);
  const { service, measure } = fixture;
  const jwt = { grant_type: 'client_credentials', scope: 'notes:read', resource: JWT_API };
  await measure('client_credentials for a JWT', () => answered(service.token(jwt)));
  const opaque = { grant_type: 'client_credentials', scope: 'photos:read', resource: OPAQUE_API };
  await measure('client_credentials for an opaque token', () => answered(service.token(opaque)));
}
