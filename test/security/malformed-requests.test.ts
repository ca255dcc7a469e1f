/** Malformed input is answered on every address: with 4xx where it cannot mean anything, never as a fault, never late. */
import test, { type ExecutionContext } from 'ava';
import { sharedProvider } from '../support/provider-fixture.ts';
import { badBodies, badHeaders, badLengths, badParameters, badTargets, oddMethods } from './bad-input.ts';
import { type Endpoint, endpoints, formEndpoints, liveEndpoints } from './endpoints.ts';
import { type RawRequest, sendRaw } from './raw-request.ts';

const fixture = await sharedProvider();
const { issuer, logged } = fixture.latchkey;
const live = liveEndpoints(fixture);

/** Answered, and not as a fault of ours. */
async function isAnswered(t: ExecutionContext, request: RawRequest): Promise<number> {
  const { status, text } = await sendRaw(issuer, request);
  t.true(status >= 200 && status < 500, `${request.method} ${request.target.slice(0, 100)}: ${status} ${text}`);
  return status;
}

function withParameters(parameters: string, body: string | Buffer): Buffer {
  return Buffer.concat([Buffer.from(parameters === '' ? '' : `${parameters}&`), Buffer.from(body)]);
}

function targetOf({ path, parameters }: Endpoint, more = ''): string {
  return `${path}?${[parameters, more].filter((part) => part !== '').join('&')}`;
}

for (const [what, { body, headers }] of Object.entries({ ...badBodies, ...badLengths })) {
  test(`a body with ${what} is a bad request wherever a stranger sends it`, async (t) => {
    for (const { method, path } of formEndpoints) {
      const status = await isAnswered(t, { method, target: path, headers, body });
      t.true(status >= 400, `${path}: ${status}`);
    }
  });
}

for (const [what, { body, headers }] of Object.entries(badBodies)) {
  test(`a body with ${what} is no fault beside right parameters`, async (t) => {
    for (const { method, path, parameters, headers: proof } of await live) {
      if (method === 'GET') continue;
      const whole = withParameters(parameters, body);
      await isAnswered(t, { method, target: path, headers: [...proof, ...headers], body: whole });
    }
  });
}

for (const [what, parameters] of Object.entries(badParameters)) {
  test(`a query with ${what} is no fault anywhere`, async (t) => {
    for (const endpoint of [...endpoints, ...(await live)]) {
      const { method, headers } = endpoint;
      await isAnswered(t, { method, target: targetOf(endpoint, parameters), headers });
    }
  });
}

for (const [what, lines] of Object.entries(badHeaders)) {
  test(`${what} in the header is no fault anywhere`, async (t) => {
    for (const endpoint of [...endpoints, ...(await live)]) {
      await isAnswered(t, { method: endpoint.method, target: targetOf(endpoint), headers: lines });
      // Beside the right ones, where the same name may come twice.
      await isAnswered(t, {
        method: endpoint.method,
        target: targetOf(endpoint),
        headers: [...endpoint.headers, ...lines],
      });
    }
  });
}

test('a target that is none is no fault', async (t) => {
  for (const target of badTargets) {
    for (const method of ['GET', 'POST', 'OPTIONS']) await isAnswered(t, { method, target });
  }
});

test('a method that is not for an address is no fault, and answers nothing but a refusal', async (t) => {
  for (const endpoint of [...endpoints, ...(await live)]) {
    for (const method of oddMethods) {
      const target = targetOf(endpoint);
      const status = await isAnswered(t, { method, target, headers: endpoint.headers });
      const isHarmless = method === 'HEAD' || method === 'OPTIONS';
      t.true(isHarmless || status >= 400, `${method} ${endpoint.path}: ${status}`);
    }
  }
});

test('a client that goes away in the middle of a form is no fault', async (t) => {
  for (const { method, path, parameters, headers: proof } of [...formEndpoints, ...(await live)]) {
    if (method === 'GET') continue;
    const headers = [...proof, 'Content-Type: application/x-www-form-urlencoded', 'Content-Length: 9000'];
    const { status } = await sendRaw(issuer, { method, target: path, headers, body: parameters, hangsUp: true });
    t.true(status < 500, `${path}: ${status}`);
  }
});

test('of bytes that the parser stumbles over, only the kind of stumble is logged', async (t) => {
  const headers = ['Authorization: Basic c2VjcmV0OnNlY3JldA==', 'Transfer-Encoding: chunked'];
  await sendRaw(issuer, { method: 'POST', target: '/token', headers, body: 'zz\r\nsecret\r\n' });
  const lines = logged.filter(({ message }) => message === 'a connection broke off');
  t.true(lines.some(({ reason }) => reason === 'HPE_INVALID_CHUNK_SIZE'));
  for (const line of lines) t.deepEqual(Object.keys(line).sort(), ['level', 'message', 'reason']);
});

test.after('nothing of it was a fault in the log', (t) => {
  t.deepEqual(
    logged.filter(({ level }) => level === 'error'),
    [],
  );
});
