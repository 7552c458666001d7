/** How a node's rules are read and written; a test has its own. */
export interface RuleTable {
  /** Undefined while the node is off. */
  read(): Promise<string | undefined>;
  write(text: string): Promise<void>;
}

/** Brings one node's rules to what is wanted, one write at a time; a node that is off gets them when it is on. */
export class NodeRules {
  readonly #table: RuleTable;
  readonly #retry: (again: () => void) => void;
  #wanted: ((present: string) => string) | undefined;
  #key = '';
  #written = '';
  #isBusy = false;
  #waiting: (() => void)[] = [];

  constructor(table: RuleTable, retry: (again: () => void) => void) {
    this.#table = table;
    this.#retry = retry;
  }

  /**
   * `key` stands for the rules: those with the key of the last write are not written again. Resolves when these rules or
   * later ones are written.
   */
  want(key: string, rules: (present: string) => string): Promise<void> {
    this.#wanted = rules;
    this.#key = key;
    const written = new Promise<void>((done) => this.#waiting.push(done));
    void this.#bring();
    return written;
  }

  async #bring(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    while (this.#wanted !== undefined && this.#key !== this.#written) {
      const [key, rules, waiting] = [this.#key, this.#wanted, this.#waiting];
      this.#waiting = [];
      if (!(await this.#write(rules))) {
        this.#waiting.unshift(...waiting);
        this.#retry(() => void this.#bring());
        break;
      }
      this.#written = key;
      for (const done of waiting) done();
    }
    this.#isBusy = false;
    if (this.#key === this.#written) for (const done of this.#waiting.splice(0)) done();
  }

  async #write(rules: (present: string) => string): Promise<boolean> {
    try {
      const present = await this.#table.read();
      if (present === undefined) return false;
      await this.#table.write(rules(present));
      return true;
    } catch (error) {
      process.stderr.write(`rules not written: ${String(error)}\n`);
      return false;
    }
  }
}
