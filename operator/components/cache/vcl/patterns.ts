/**
 * Text on its way into VCL. VCL's strings know no escapes, so what would end one can only be refused; a pattern can write
 * each character as a number, so every text can be looked for.
 */

/** A string of VCL. */
export function quoted(text: string): string {
  if (!/^[\x20\x21\x23-\x7e]*$/.test(text))
    throw new Error('VCL strings hold printable ASCII without quotes');
  return `"${text}"`;
}

/** A regular expression (PCRE on bytes) that matches this text and nothing else. */
export function literal(text: string): string {
  return [...new TextEncoder().encode(text)].map(literalByte).join('');
}

function literalByte(byte: number): string {
  const character = String.fromCharCode(byte);
  if (/[A-Za-z0-9/_-]/.test(character)) return character;
  return /[\x21\x23-\x7e]/.test(character) ? `\\${character}` : `\\x${byte.toString(16).padStart(2, '0')}`;
}

/** A name that may end in `*`; `any` is what the rest consists of. */
export function glob(name: string, any: string): string {
  return name.endsWith('*') ? `${literal(name.slice(0, -1))}${any}` : literal(name);
}

/**
 * One of these cookies in the header, which is none of those that are `ignored` unless it is one of `own`. One look, and no copy
 * of the header without the others: it may be as long as all headers together.
 */
export function cookies(
  names: readonly string[],
  ignored: readonly string[] = [],
  own: readonly string[] = [],
): string {
  const end = '\\s*(?:=|;|$)';
  const but = own.length === 0 ? '' : `(?!${oneOf(own)}${end})`;
  const none = ignored.length === 0 ? '' : `(?!\\s*${but}${oneOf(ignored)}${end})`;
  return `(?:^|;)${none}\\s*${oneOf(names)}${end}`;
}

export function cookieName(name: string): string {
  return glob(name, '[^=;]*');
}

/** One or more of these parameters in a row, with the mark before the first and the one after the last. */
export function parameters(names: readonly string[]): string {
  return `([?&])(?:${oneOf(names.map((name) => glob(name, '[^=&]*')))}(?:=[^&]*)?(?:&|$))+`;
}

export function oneOf(patterns: readonly string[]): string {
  return `(?:${patterns.join('|')})`;
}
