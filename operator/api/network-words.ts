import type { Rule } from './schema.ts';
import { text, textMap } from './schema.ts';

/** A range of addresses. `api/cidr.ts` reads it. */
export function cidr(description: string, more: Rule[] = []) {
  return text(description, {
    max: 43,
    rules: [
      {
        rule: "self.contains('/')",
        message: 'write a range with its length: 10.20.0.0/16, or 203.0.113.7/32 for one address',
      },
      {
        rule: `!self.contains('/') || ${isRange}`,
        message: 'write a range of addresses such as 10.20.0.0/16 or 2001:db8::/32',
      },
      {
        rule: `!(${isRange}) || cidr(self) == cidr(self).masked()`,
        message: 'write the first address of the range: 10.20.0.0/16, not 10.20.3.4/16',
      },
      ...more,
    ],
  });
}

/** IPv6 without an IPv4 tail. */
const isRange = "(self.matches(r'^([0-9.]+|[0-9a-fA-F:]+)/[0-9]{1,3}$') && isCIDR(self))";

/** Labels that an object carries. */
export function labels(description: string) {
  const part = '[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?';
  const word = '[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?';
  return textMap(description, {
    max: 8,
    length: 63,
    rules: [
      { rule: 'size(self) > 0', message: 'write at least one label: without any, every pod would be meant' },
      {
        rule: `self.all(key, key.size() <= 317 && key.matches(r'^(${part}([.]${part})*/)?${word}$'))`,
        message: "write names of labels as app or example.org/app: letters, digits, '-', '_' and '.'",
      },
      {
        rule: `self.all(key, self[key].matches(r'^(${word})?$'))`,
        message: "write values of labels with letters, digits, '-', '_' and '.', at most 63 of them",
      },
    ],
  });
}
