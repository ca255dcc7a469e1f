import test from 'ava';
import { addressRanges } from '../../../src/domain/throttle/address-ranges.ts';

test('an IPv4 address is one of its /24, mapped into IPv6 too', (t) => {
  const expected = { address: '192.0.2.1', network: '192.0.2.0/24' };
  for (const address of ['192.0.2.1', '::ffff:192.0.2.1', '::FFFF:c000:0201']) {
    t.deepEqual(addressRanges(address), expected, address);
  }
});

test('an IPv6 address counts by its /64, /56 and /48, however it is written', (t) => {
  const expected = {
    address: '2001:db8:0:7a7::/64',
    network: '2001:db8:0:700::/56',
    site: '2001:db8:0::/48',
  };
  for (const address of [
    '2001:db8:0:7a7::1',
    '2001:0DB8:0:7A7:1:2:3:4',
    '2001:db8::7a7:ffff:0:0:9',
    '2001:db8:0:7a7::198.51.100.1',
    '2001:db8:0:7a7::1%eth0',
  ]) {
    t.deepEqual(addressRanges(address), expected, address);
  }
  t.not(addressRanges('2001:db8:0:7a8::1').address, expected.address);
  t.is(addressRanges('2001:db8:0:7ff::1').network, expected.network);
  t.not(addressRanges('2001:db8:0:800::1').network, expected.network);
  t.is(addressRanges('2001:db8:0:800::1').site, expected.site);
  t.deepEqual(addressRanges('::1'), { address: '0:0:0:0::/64', network: '0:0:0:0::/56', site: '0:0:0::/48' });
});

test('what is no address counts as a network of its own', (t) => {
  for (const text of ['unknown', '']) t.deepEqual(addressRanges(text), { address: text, network: text });
});
