/** What a part leaves for later ones. */
export type Thing =
  'Debian packages' | 'programs' | 'images' | 'cluster' | 'second cluster' | 'cluster of three nodes';

/** One command of `make test`. */
export interface Part {
  readonly name: string;
  /** `node` stands for the Node that runs this. */
  readonly command: readonly string[];
  /** Whose closing lines tell how many tests ran; others count as one. */
  readonly counts: 'mocha' | 'go' | 'one';
  /** Without these it is not tried, and has failed. */
  readonly needs?: readonly Thing[];
  readonly gives?: Thing;
  /** It cleans up: it is tried also after an interruption. */
  readonly afterwards?: true;
  /** Of the checkout's clusters the one of this name. Default: the one without. */
  readonly cluster?: string;
}

/** One after the other. */
export type Lane = readonly Part[];

/** Lanes that run at once. */
export type Row = readonly Lane[];

export interface Tally {
  readonly passed: number;
  readonly failed: number;
}

export interface Outcome extends Tally {
  readonly name: string;
  /** Why it was not tried, or did not come to its own end; a sentence without its full stop. */
  readonly trouble?: string;
  /** Failed tests: their titles and errors. */
  readonly failures: readonly string[];
  readonly slow: readonly SlowTest[];
  readonly milliseconds: number;
  /** Of all processors, from 0 to 1, who ever used them; undefined where the machine does not tell, or nothing ran. */
  readonly busy: number | undefined;
}

export interface SlowTest {
  readonly title: string;
  readonly milliseconds: number;
}
