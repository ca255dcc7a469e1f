import test from 'ava';
import {
  addressRanges,
  rangeNotChosenByCaller,
  unknownCallerBehind,
} from '../../../src/domain/throttle/address-ranges.ts';

test('an IPv4 address is one of its /24, mapped or translated into IPv6 too', (t) => {
  const expected = { address: '192.0.2.1', network: '192.0.2.0/24' };
  for (const address of [
    '192.0.2.1',
    '::ffff:192.0.2.1',
    '::FFFF:c000:0201',
    '64:ff9b::192.0.2.1',
    '64:ff9b::c000:201',
  ]) {
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

test('behind a proxy that names nobody, claimed addresses are kept apart within one network a proxy', (t) => {
  const of = (claimed?: string, proxy = '10.0.0.7') => addressRanges(unknownCallerBehind(proxy, claimed));
  const network = 'behind 10.0.0.7';
  for (const claimed of ['192.0.2.1', '192.0.2.2', '2001:db8::1', '::ffff:198.51.100.1', undefined])
    t.is(of(claimed).network, network, claimed);
  t.not(of('192.0.2.1').address, of('192.0.2.2').address);
  t.not(of('192.0.2.1').address, addressRanges('192.0.2.1').address, 'who is named shares nothing with who claims');
  t.is(of('2001:db8::1').address, of('2001:db8::2').address);
  t.not(of('192.0.2.1', 'fd00::1').network, network);
  t.is(of('2001:db8::1').site, undefined);
});

test('a claimed address is nothing certain', (t) => {
  t.is(rangeNotChosenByCaller('192.0.2.1'), '192.0.2.1');
  t.is(rangeNotChosenByCaller('2001:db8::1'), '2001:db8:0:0::/64');
  for (const claimed of ['192.0.2.1', '2001:db8::1', undefined, 'x', '::1'])
    t.is(rangeNotChosenByCaller(unknownCallerBehind('10.0.0.7', claimed)), 'behind 10.0.0.7');
});
