/** Cores, as they may be written. */
export const cores = '([0-9]{1,4}([.][0-9]{1,3})?|[0-9]{1,7}m)';
/** Memory without a unit would be bytes and with `m` thousandths of a byte: never what was meant. */
export const amount = '[0-9]{1,9}([.][0-9]{1,3})?(Ki|Mi|Gi|Ti|k|M|G|T)';

/** Factors of the suffixes that Kubernetes quantities may carry. */
const factors: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** The number that a Kubernetes quantity stands for; undefined when the text is no quantity. */
export function quantityValue(quantity: unknown): number | undefined {
  if (typeof quantity === 'number') return quantity;
  if (typeof quantity !== 'string') return undefined;
  const match = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:([eE][+-]?\d+)|([numkMGTPE]|[KMGTPE]i)?)$/.exec(quantity);
  if (match === null) return undefined;
  return Number(`${match[1]}${match[2] ?? ''}`) * (factors[match[3] ?? ''] ?? Number.NaN);
}

/** Whether two quantities mean the same amount, however they are written ("0.5" and "500m", "1Gi" and "1024Mi"). */
export function sameQuantity(left: unknown, right: unknown): boolean {
  const [a, b] = [quantityValue(left), quantityValue(right)];
  if (a === undefined || b === undefined) return false;
  return Math.abs(a - b) <= Math.max(Math.abs(a), Math.abs(b)) * 1e-12;
}

/** Whole bytes of memory or disk: `64Mi`, `1.5Gi`. */
export function bytes(quantity: string): number {
  const value = quantityValue(quantity);
  if (value === undefined) throw new Error(`not an amount of bytes: ${quantity}`);
  return Math.floor(value);
}

/** Bytes as a quantity, rounded up to whole mebibytes. */
export function mebibytes(count: number): string {
  return `${Math.ceil(count / 2 ** 20)}Mi`;
}
