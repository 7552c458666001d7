const units: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** Whole bytes of memory or disk, as a site writes them: `64Mi`, `1.5Gi`. */
export function bytes(quantity: string): number {
  const found = /^([0-9]+(?:[.][0-9]+)?)(k|M|G|T|Ki|Mi|Gi|Ti)?$/.exec(quantity);
  if (found === null) throw new Error(`not an amount of bytes: ${quantity}`);
  return Math.floor(Number(found[1]) * (units[found[2] ?? ''] ?? Number.NaN));
}

/** Bytes as a quantity, rounded up to whole mebibytes. */
export function mebibytes(count: number): string {
  return `${Math.ceil(count / 2 ** 20)}Mi`;
}
