import test from 'ava';
import { addressRange } from '../../../src/domain/throttle/address-ranges.ts';

test('an IPv4 address is a network of its own, mapped into IPv6 too', (t) => {
  t.is(addressRange('192.0.2.1'), '192.0.2.1');
  t.is(addressRange('::ffff:192.0.2.1'), '192.0.2.1');
  t.is(addressRange('::FFFF:c000:0201'), '192.0.2.1');
});

test('all addresses of one IPv6 /64 are one network, however they are written', (t) => {
  const network = addressRange('2001:db8:0:7::1');
  t.is(network, '2001:db8:0:7::/64');
  for (const address of [
    '2001:0DB8:0:7:1:2:3:4',
    '2001:db8::7:ffff:0:0:9',
    '2001:db8:0:7::198.51.100.1',
    '2001:db8:0:7::1%eth0',
  ]) {
    t.is(addressRange(address), network, address);
  }
  t.not(addressRange('2001:db8:0:8::1'), network);
  t.is(addressRange('::1'), '0:0:0:0::/64');
});

test('what is no address counts as a network of its own', (t) => {
  t.is(addressRange('unknown'), 'unknown');
  t.is(addressRange(''), '');
});
