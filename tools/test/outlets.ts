type Write = (text: string) => void;

/** Several parts that run at once are told one after the other: the first as it speaks, the next from its beginning. */
export class Outlets {
  readonly #write: Write;
  readonly #waiting: { held: string[]; isOver: boolean }[] = [];

  constructor(write: Write) {
    this.#write = write;
  }

  open(): { tell: Write; close: () => void } {
    const own = { held: [] as string[], isOver: false };
    this.#waiting.push(own);
    return {
      tell: (text) => {
        if (this.#waiting[0] === own) this.#write(text);
        else own.held.push(text);
      },
      close: () => {
        own.isOver = true;
        this.#goOn();
      },
    };
  }

  #goOn(): void {
    while (this.#waiting[0]?.isOver === true) {
      this.#waiting.shift();
      const next = this.#waiting.at(0);
      for (const text of next?.held.splice(0) ?? []) this.#write(text);
    }
  }
}
