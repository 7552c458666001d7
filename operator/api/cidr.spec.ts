import assert from 'node:assert/strict';
import { contains, isCidr } from './cidr.ts';

describe('a range of addresses', () => {
  const ranges = [
    '0.0.0.0/0',
    '10.20.0.0/16',
    '203.0.113.7/32',
    '::/0',
    '2001:db8::/32',
    'FD00:ec2::254/128',
  ];
  const whole = '1:2:3:4:5:6:7:8/128';
  for (const text of [...ranges, whole, '1:2:3:4:5:6:7::/112']) {
    it(`is ${text}`, () => assert.ok(isCidr(text)));
  }

  const others = ['', '10.0.0.0', '10.0.0.1/8', '10.0.0/8', '10.0.0.0/33', '10.0.0.256/32', '010.0.0.0/8'];
  const sixes = [
    '::/129',
    '2001:db8::1/32',
    '1::2::3/128',
    '1:2:3:4:5:6:7:8:9/128',
    '1:2:3:4:5:6:7/128',
    ':::/0',
  ];
  for (const text of [...others, ...sixes, '::ffff:10.0.0.0/104', '1:2:3:4:5:6:7:8::/128', '10.0.0.0/8\n']) {
    it(`is not ${JSON.stringify(text)}`, () => assert.ok(!isCidr(text)));
  }

  const rows: [outer: string, inner: string, holds: boolean][] = [
    ['0.0.0.0/0', '10.0.0.0/8', true],
    ['10.0.0.0/8', '10.255.255.255/32', true],
    ['10.0.0.0/8', '10.0.0.0/8', true],
    ['10.0.0.0/9', '10.128.0.0/9', false],
    ['10.0.0.0/8', '0.0.0.0/0', false],
    ['169.254.0.0/16', '169.254.169.254/32', true],
    ['::/0', '10.0.0.0/8', false],
    ['0.0.0.0/0', '::/0', false],
    ['fc00::/7', 'fd00:ec2::254/128', true],
    ['fc00::/7', 'fe80::/10', false],
    ['10.0.0.0/8', 'nonsense', false],
  ];
  for (const [outer, inner, holds] of rows) {
    it(`${outer} ${holds ? 'contains' : 'does not contain'} ${inner}`, () =>
      assert.equal(contains(outer, inner), holds));
  }
});
