/** A range of addresses as numbers, for questions about ranges that CEL cannot ask. */
interface Range {
  family: 4 | 6;
  first: bigint;
  /** How many leading bits are the range's own. */
  length: number;
}

/** Whether the text is a range, IPv4 or IPv6, written from its first address: `10.20.0.0/16`, `2001:db8::/32`. */
export function isCidr(text: string): boolean {
  return range(text) !== undefined;
}

/** Whether every address of `inner` is one of `outer`; of texts that are no ranges nothing is true. */
export function contains(outer: string, inner: string): boolean {
  const [large, small] = [range(outer), range(inner)];
  if (large === undefined || small === undefined || large.family !== small.family) return false;
  return large.length <= small.length && firstOf(small.first, large.length, large.family) === large.first;
}

export function isIPv6(cidr: string): boolean {
  return cidr.includes(':');
}

function range(text: string): Range | undefined {
  const [, address = '', digits = ''] = /^([0-9a-fA-F:.]+)\/([0-9]{1,3})$/.exec(text) ?? [];
  const family = address.includes(':') ? 6 : 4;
  const first = family === 6 ? sixteenBytes(address) : fourBytes(address);
  const length = Number(digits);
  if (first === undefined || length > bits(family) || firstOf(first, length, family) !== first)
    return undefined;
  return { family, first, length };
}

function bits(family: Range['family']): number {
  return family === 6 ? 128 : 32;
}

function firstOf(address: bigint, length: number, family: Range['family']): bigint {
  const rest = BigInt(bits(family) - length);
  return (address >> rest) << rest;
}

function fourBytes(address: string): bigint | undefined {
  const parts = address.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9][0-9]{0,2})$/.test(part) && Number(part) < 256))
    return undefined;
  return parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n);
}

/** Without an IPv4 tail, which no range of ours needs. */
function sixteenBytes(address: string): bigint | undefined {
  const [head = '', tail, ...more] = address.split('::');
  const [left, right] = [groups(head), groups(tail ?? '')];
  const missing = 8 - left.length - right.length;
  if (more.length > 0 || (tail === undefined ? missing !== 0 : missing < 1)) return undefined;
  const all = [...left, ...Array<string>(missing).fill('0'), ...right];
  if (!all.every((part) => /^[0-9a-fA-F]{1,4}$/.test(part))) return undefined;
  return all.reduce((sum, part) => sum * 65536n + BigInt(`0x${part}`), 0n);
}

function groups(text: string): string[] {
  return text === '' ? [] : text.split(':');
}
