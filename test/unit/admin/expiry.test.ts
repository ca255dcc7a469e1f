/** The value of `--expires`. */
import test from 'ava';
import { InvalidArgumentError } from 'commander';
import { parseExpiry, parseFutureExpiry } from '../../../scripts/admin/account-expiry.ts';

test('a date counts from the start of that day in UTC, a time by its offset', (t) => {
  const table = {
    '2090-01-31': '2090-01-31T00:00:00.000Z',
    '2088-02-29': '2088-02-29T00:00:00.000Z',
    '2090-01-31T18:00Z': '2090-01-31T18:00:00.000Z',
    '2090-01-31T18:00:07Z': '2090-01-31T18:00:07.000Z',
    '2090-01-31T18:00:07.25+02:00': '2090-01-31T16:00:07.250Z',
    '2090-01-31T23:59-05:30': '2090-02-01T05:29:00.000Z',
    '2001-01-01': '2001-01-01T00:00:00.000Z',
  };
  for (const [text, time] of Object.entries(table)) t.is(new Date(parseExpiry(text)).toISOString(), time);
});

const bad = [
  ...['', ' ', 'tomorrow', '2090', '2090-13-01', '2090-00-10', '2090-02-30', '2089-02-29', '2090-01-32', '2090-1-1'],
  ...['2090-01-01 10:00', '2090-01-01T10:00', '2090-01-01T24:00Z', '2090-01-01T10:60Z', '2090-01-01T10:00:60Z'],
  ...['2090-01-01T10:00+24:00', '2090-01-01T10Z', '2090-01-01Z', '+012090-01-01', '-002090-01-01', '01/02/2090'],
  ...['3786912000000', '２０９０-01-01', '2090-01-01T10:00Z\n', ' 2090-01-01', '2090-01-01T10:00z', 'Infinity', 'NaN'],
];

for (const text of bad) {
  test(`${JSON.stringify(text)} is no date, and the form that is expected is named`, (t) => {
    const error = t.throws(() => parseExpiry(text), { instanceOf: InvalidArgumentError });
    t.regex(error?.message ?? '', /2027-03-31 .*2027-03-31T18:00:00\+02:00/);
  });
}

test('what begins now does not expire before it has begun', (t) => {
  t.true(parseFutureExpiry('2090-01-01') > 0);
  for (const text of ['2001-01-01', new Date().toISOString().slice(0, 10), new Date().toISOString()])
    t.throws(() => parseFutureExpiry(text), { instanceOf: InvalidArgumentError, message: /still to come/ });
});
