const secondsOf: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

/** Seconds of a time that is written as the field word `duration` accepts it: `90s`, `10m`, `72h`. */
export function seconds(duration: string): number {
  const { amount, unit = '' } = /^(?<amount>[0-9]{1,5})(?<unit>[smh])$/.exec(duration)?.groups ?? {};
  const factor = secondsOf[unit];
  if (factor === undefined) throw new Error(`not a duration: ${duration}`);
  return Number(amount) * factor;
}

/** The same time in the largest unit that it is whole in: 3600 is `1h`. */
export function duration(time: number): string {
  const units = Object.entries(secondsOf).reverse();
  const [unit, factor] = units.find(([, each]) => time > 0 && time % each === 0) ?? ['s', 1];
  return `${time / factor}${unit}`;
}
