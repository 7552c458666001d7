/** One step of a document that is to be followed: commands, and what they print if the document says so. */
export interface Step {
  /** The heading that it is below. */
  readonly heading: string;
  readonly commands: string;
  /** Lines of the ```text block that follows the commands with nothing but empty lines between. */
  readonly expected: readonly string[];
}

interface Block {
  readonly heading: string;
  readonly language: string;
  readonly text: string;
  /** It follows the block before it directly. */
  readonly isNext: boolean;
}

/** The ```sh blocks of a Markdown text, in order. */
export function steps(markdown: string): Step[] {
  const all = blocks(markdown);
  return all.flatMap(({ language, heading, text }, at) => {
    const next = all[at + 1];
    const output = next?.language === 'text' && next.isNext ? next.text : '';
    const expected = output.split('\n').filter((line) => line.trim() !== '');
    return language === 'sh' ? [{ heading, commands: text, expected }] : [];
  });
}

function blocks(markdown: string): Block[] {
  const pattern = /^(?<fence>`{3,})(?<language>[a-z]*)\n(?<text>.*?)^\k<fence>$/gms;
  let end = 0;
  return [...markdown.matchAll(pattern)].map(({ index, 0: whole, groups = {} }) => {
    const isNext = end > 0 && markdown.slice(end, index).trim() === '';
    end = index + whole.length;
    const heading = [...markdown.slice(0, index).matchAll(/^#+ (.+)$/gm)].at(-1)?.[1] ?? '';
    return { heading, language: groups['language'] ?? '', text: groups['text'] ?? '', isNext };
  });
}

/** Amounts of time and hashes differ from run to run: in an expected line, `...` stands for anything. */
export function isPrinted(line: string, output: string): boolean {
  const parts = line
    .trim()
    .split('...')
    .map((part) => part.trim().split(/\s+/).map(escaped).join('\\s+'));
  return new RegExp(parts.join('.*')).test(output);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
