/** Where browsers are sent, a failure is a page for them and JSON for a program, with the same status. */
import test from 'ava';
import got, { type Method } from 'got';
import { sharedProvider } from '../support/provider-fixture.ts';

const { latchkey } = await sharedProvider();
const { issuer } = latchkey;

interface Failing {
  readonly path: string;
  readonly method?: Method;
  readonly body?: string;
  readonly type?: string;
  readonly status: number;
  readonly allow?: string;
}

const failing: Readonly<Record<string, Failing>> = {
  'an address that is not there': { path: '/nowhere', status: 404 },
  'a method that a sign-out does not have': { path: '/session/end/confirm', status: 405, allow: 'POST' },
  'a method that a page does not have': { path: '/', method: 'POST', status: 405, allow: 'HEAD, GET' },
  'a method that nobody uses': { path: '/', method: 'TRACE' as Method, status: 405, allow: 'HEAD, GET' },
  'a form that is none': {
    path: '/interaction/x/login',
    method: 'POST',
    body: '{}',
    type: 'application/json',
    status: 415,
  },
  'a form that is too large': { path: '/interaction/x/login', method: 'POST', body: 'a'.repeat(70_000), status: 413 },
  'a form that holds a field twice': { path: '/interaction/x/login', method: 'POST', body: 'a=1&a=2', status: 400 },
  'a form of another site': { path: '/interaction/x/login', method: 'POST', body: 'csrf=x', status: 403 },
};

for (const [what, { path, method = 'GET', body, type, status, allow }] of Object.entries(failing)) {
  const ask = (accept: string) =>
    got(`${issuer}${path}`, {
      method,
      ...(body !== undefined && { body }),
      headers: { accept, ...(body !== undefined && { 'content-type': type ?? 'application/x-www-form-urlencoded' }) },
      ...{ throwHttpErrors: false, retry: { limit: 0 } },
    });

  test(`${what} is a page for a browser`, async (t) => {
    const answer = await ask('text/html');
    t.is(answer.statusCode, status);
    t.regex(answer.headers['content-type'] ?? '', /^text\/html/);
    t.true(answer.body.includes('<!doctype html>'));
    t.is(answer.headers.allow, allow);
    t.truthy(answer.headers['content-security-policy']);
  });

  test(`${what} is JSON for a program`, async (t) => {
    for (const accept of ['application/json', '*/*']) {
      const answer = await ask(accept);
      t.is(answer.statusCode, status);
      const { error, error_description: description } = JSON.parse(answer.body);
      t.is(typeof error, 'string');
      t.true(typeof description === 'string' && description.length > 0);
      t.truthy(answer.headers['content-security-policy']);
    }
  });
}
