import { spread } from './statistics.ts';
import type { Figures } from './stage.ts';

/** What one run of one subject measured. */
export interface Run {
  subject: string;
  figures: Figures;
}

export interface Results {
  /** When and where, and how it was asked for. */
  about: Readonly<Record<string, string>>;
  limit: Figures;
  runs: readonly Run[];
}

const ours = 'hostedsite';
const peer = 'controller-runtime';

/** Below these a change does not land; see the table of goals in docs. A sentence for each that is broken. */
export function brokenFloors({ runs }: Results): string[] {
  const [rate, otherRate] = [middle(runs, ours, 'burst, sites/s'), middle(runs, peer, 'burst, sites/s')];
  const [size, otherSize] = [middle(runs, ours, residentFigure), middle(runs, peer, residentFigure)];
  const writes = Math.max(...valuesOf(runs, ours, 'idle, writes'));
  const [gets, watches] = [idleReads.gets, idleReads.watches].map((name) => valuesOf(runs, ours, name));
  const reads = Math.max(...(gets ?? []).map((count, run) => count - (watches?.[run] ?? 0)));
  return [
    ...(rate < 0.7 * otherRate
      ? [`burst: ${percent(rate / otherRate)} of the Go peer, at least 70 % is wanted`]
      : []),
    ...(writes > 0 ? [`idle: ${writes} writes although nothing happened, none is wanted`] : []),
    // A watch may have ended before the idle time and begun again in it.
    ...(reads > 1
      ? [`idle: ${reads} reads although nothing happened, none but watches that begin again is wanted`]
      : []),
    ...(size > 3 * otherSize
      ? [`memory: ${number(size / otherSize)} times the Go peer's, at most 3 is wanted`]
      : []),
    ...figureNames(runs)
      .filter(isPerEdit)
      .flatMap((figure) => brokenByEdits(figure, runs)),
  ];
}

/** An image costs five writes, and the removal of old releases one more in the long run. */
const mostPerEdit = 6;

function isPerEdit(figure: string): boolean {
  return figure.endsWith(writesPerEdit);
}

function brokenByEdits(figure: string, runs: readonly Run[]): string[] {
  const writes = middle(runs, ours, figure);
  return writes > mostPerEdit ? [`${figure}: ${number(writes)}, at most ${mostPerEdit} is wanted`] : [];
}

/** Names of the figures that idle reads are judged by. */
export const idleReads = {
  gets: 'idle, GETs of the subject, watches among them',
  watches: 'idle, watches of ours that ended and began again',
};

/** End of the names of figures that edits are judged by. */
export const writesPerEdit = 'writes per edit';

/** Name of the figure that memory is judged by. */
export const residentFigure = 'memory, MB with all sites Ready';

/**
 * Markdown: each figure's median with its lowest and highest value, and ours as a multiple of the peer's, where both
 * were measured.
 */
export function table({ about, limit, runs }: Results): string {
  const facts = Object.entries(about).map(([name, value]) => `${name}: ${value}`);
  const isAlone = !runs.some(({ subject }) => subject === peer);
  const columns = isAlone ? [ours] : [ours, peer, 'ratio'];
  const rows = figureNames(runs).map((figure) => {
    const [own, other] = [valuesOf(runs, ours, figure), valuesOf(runs, peer, figure)];
    const ratio = spread(own).median / spread(other).median;
    const compared = [cell(other), Number.isFinite(ratio) ? number(ratio) : ''];
    return [figure, cell(own), ...(isAlone ? [] : compared)];
  });
  const lines = [['', ...columns], ['---', ...columns.map(() => '---:')], ...rows];
  const text = lines.map((cells) => `| ${cells.join(' | ')} |`);
  return [`${facts.join('. ')}.`, '', ...text, ...limitLines(limit, runs), ''].join('\n');
}

function limitLines(limit: Figures, runs: readonly Run[]): string[] {
  const best = limit['limit, best, writes/s'];
  if (best === undefined) return [];
  const measured = [ours, peer].filter((subject) => runs.some((run) => run.subject === subject));
  const shares = measured.map((subject) => {
    return `${subject} ${percent(middle(runs, subject, 'burst, children written/s') / best)}`;
  });
  const rows = Object.entries(limit).map(([name, value]) => `| ${name} | ${number(value)} |`);
  return ['', `Share of the limit in the burst: ${shares.join(', ')}.`, '', '| | |', '|---|---:|', ...rows];
}

function figureNames(runs: readonly Run[]): string[] {
  return [...new Set(runs.flatMap(({ figures }) => Object.keys(figures)))];
}

function valuesOf(runs: readonly Run[], subject: string, figure: string): number[] {
  return runs
    .filter((run) => run.subject === subject)
    .flatMap(({ figures }) => (figures[figure] === undefined ? [] : [figures[figure]]));
}

function middle(runs: readonly Run[], subject: string, figure: string): number {
  return spread(valuesOf(runs, subject, figure)).median;
}

function cell(values: readonly number[]): string {
  const { median, low, high, count } = spread(values);
  if (count === 0) return '';
  return count === 1 ? number(median) : `${number(median)} (${number(low)}–${number(high)})`;
}

/** Three digits are more than such a measurement has. */
function number(value: number): string {
  if (!Number.isFinite(value)) return '–';
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(2)));
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}
