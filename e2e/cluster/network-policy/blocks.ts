/** IPv4 address blocks as ranges of numbers, so that exceptions can be taken out of them. */
interface Range {
  readonly first: number;
  /** Included. */
  readonly last: number;
}

/** The blocks that together hold the addresses of `block` that are in none of `except`, in order. */
export function blockWithout(block: string, except: readonly string[]): string[] {
  let left = [range(block)];
  for (const hole of except.map(range)) left = left.flatMap((part) => rangeWithout(part, hole));
  return left.flatMap(blocks);
}

export function blockHolds(block: string, address: string): boolean {
  const { first, last } = range(block);
  const asked = number(address);
  return asked >= first && asked <= last;
}

export function isIPv4(text: string): boolean {
  return /^\d+\.\d+\.\d+\.\d+(\/\d+)?$/.test(text);
}

function rangeWithout(part: Range, hole: Range): Range[] {
  if (hole.last < part.first || hole.first > part.last) return [part];
  const below = { first: part.first, last: hole.first - 1 };
  const above = { first: hole.last + 1, last: part.last };
  return [below, above].filter(({ first, last }) => first <= last);
}

/** The fewest blocks that make up the range: each as large as where it starts and what is left allow. */
function blocks({ first, last }: Range): string[] {
  const found: string[] = [];
  let start = first;
  while (start <= last) {
    let bits = 0;
    while (bits < 32 && start % 2 ** (bits + 1) === 0 && start + 2 ** (bits + 1) - 1 <= last) bits += 1;
    found.push(`${address(start)}/${32 - bits}`);
    start += 2 ** bits;
  }
  return found;
}

function range(block: string): Range {
  const [start = '', length = '32'] = block.split('/');
  const size = 2 ** (32 - Number(length));
  const first = Math.floor(number(start) / size) * size;
  return { first, last: first + size - 1 };
}

function number(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

function address(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}
