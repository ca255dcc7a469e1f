/** Only oidc-provider's page that posts itself is drawn anew; whatever differs from it goes out as it is. */
import test from 'ava';
import { drawHandOvers } from '../../src/web/middleware/hand-over.ts';
import { pages } from './every-page.ts';
import { serve } from './serve.ts';

const inputs =
  '<input type="hidden" name="code" value="c&amp;d"/>\n<input type="hidden" name="state" value="&quot;s"/>';
const page = `<!DOCTYPE html>
<html>
<head>
  <meta http-equiv="X-UA-Compatible" content="IE=edge">
  <title>Submitting Callback</title>
  <script>
    document.addEventListener('DOMContentLoaded', function () { document.forms[0].submit() });
  </script>
</head>
<body>
  <form method="post" action="https://app.example/cb?a=1&amp;b=2">
    ${inputs}
    <noscript>
      Your browser does not support JavaScript or you've disabled it.<br/>
      <button autofocus type="submit">Continue</button>
    </noscript>
  </form>
</body>
</html>`;

async function answered(body: unknown, status = 400) {
  await using site = await serve(drawHandOvers(pages), (ctx) => {
    ctx.body = body;
    ctx.status = status;
    Object.assign(ctx, {
      oidc: {
        entities: {},
        route: 'authorization',
        params: {},
        urlFor: () => 'https://id.example/session/end/confirm',
      },
    });
  });
  return await site.get('/');
}

test('the page is drawn anew, whatever status it had', async (t) => {
  for (const status of [200, 400, 500]) {
    const { statusCode, body } = await answered(page, status);
    t.is(statusCode, 200);
    t.true(body.includes('<form id="hand-over" method="post" action="https://app.example/cb?a=1&amp;b=2">'));
    t.true(body.includes('name="code" value="c&amp;d"') && body.includes('name="state" value="&#34;s"'));
  }
  t.true((await answered(page.replace(inputs, ''))).body.includes('id="hand-over"'), 'without any field');
});

const others: Readonly<Record<string, string>> = {
  'another title': page.replace('Submitting Callback', 'Submitting'),
  'another method': page.replace('method="post"', 'method="get"'),
  'no action': page.replace(/ action="[^"]*"/, ' action=""'),
  'another attribute of the form': page.replace('method="post"', 'method="post" enctype="text/plain"'),
  'another kind of field': page.replace('type="hidden"', 'type="text"'),
  'another attribute of a field': page.replace('name="state"', 'id="x" name="state"'),
  'a reference that it does not write': page.replace('&quot;', '&#34;'),
  'an ampersand that it would escape': page.replace('c&amp;d', 'c&d'),
  'an action that is not escaped': page.replace('1&amp;b', '1&b'),
  'markup that it would escape': page.replace('c&amp;d', 'c<d'),
  'text between the fields': page.replace('/>\n<input', '/>\nx<input'),
  'a second form': page.replace('</form>', '</form><form></form>'),
  'no script': page.replace(/<script>[\s\S]*<\/script>/, ''),
  'no way on without scripts': page.replace(/<noscript>[\s\S]*<\/noscript>/, ''),
  'something before it': `\n${page}`,
  'something after it': `${page}<p>`,
  'the beginning alone': page.slice(0, 400),
  'no page': 'code=c&state=s',
};

for (const [what, body] of Object.entries(others)) {
  test(`${what} is passed on`, async (t) => {
    const answer = await answered(body);
    t.is(answer.body, body);
    t.is(answer.statusCode, 400);
  });
}

test('answers that are no text are passed on', async (t) => {
  for (const body of [{ error: 'invalid_request' }, Buffer.from(page), [page], 17])
    t.false((await answered(body)).body.includes('hand-over'));
});

test('a long page that is not recognised is passed on', async (t) => {
  const endless = page.replace(inputs, `${inputs}\n`.repeat(2000)).replace('</html>', '</htm>');
  t.is((await answered(endless)).body, endless);
});
