import type { Site } from '../../component.ts';
import { literal, oneOf, quoted } from './patterns.ts';

/**
 * Paths as rules look at them. One path can be written in many ways, and what a rule does not know for its own the application
 * may. So what nobody means is refused, and of the rest rules see one way of writing; the application, and what a page is found
 * by, have the path as it was written.
 */

/** Most paths have none of this. */
const unusual = String.raw`[%#\x5c\x01-\x20\x7f]|/[.]`;

const dotSegment = String.raw`(?:/|%2f)(?:[.]|%2e){1,2}(?:/|%2f|;|%3b|[?]|$)`;
/** Percent signs that encode nothing, control characters, backslashes, and letters in more bytes than they take. */
const encodings = String.raw`%(?![0-9a-f]{2})|%(?:[01][0-9a-f]|7f|5c)|%c[01]%[89ab][0-9a-f]`;
const refused = String.raw`(?i)[#\x01-\x20\x7f]|^[^?]*(?:\x5c|${encodings}|${dotSegment})`;

export const target = `    # A target that is no path would be read by the application in another way than here.
    if (req.url !~ "^/") {
        return (synth(400));
    }
    # Nor does anybody mean these but to get past a rule: /../, backslashes, control characters, fragments.
    if (req.url ~ ${quoted(unusual)}) {
        if (req.url ~ ${quoted(refused)}) {
            return (synth(400));
        }
    }`;

/** What the rules look at. */
export const path = 'req.http.X-HostedSite-Path';

/** Bytes of a path in which something is to be decoded, or of which slashes are doubled. */
const longestEncoded = 2048;

/** Of the characters only those that a rule names need be decoded, as lower-case letters: rules look at no case. */
export function rulePath(rules: readonly string[]): string {
  if (rules.length === 0) return '';
  const characters = [...named(rules)];
  const decoded = characters.map(
    (character) => `"(?i)%(?:${codes(character).join('|')})", ${quoted(character)}`,
  );
  const replaced = [...decoded, '"//+", "/"'];
  return `    # What the rules look at: the path in one way of writing. Most are written so, words in other alphabets too.
    set ${path} = regsub(req.url, "[?].*", "");
    if (${path} ~ ${quoted(`(?i)//|%(?:${characters.flatMap(codes).join('|')})`)}) {
        # Each may be a copy. No address of that length is written so but to fill the memory for this request.
        if (${path} ~ "^.{${longestEncoded + 1}}") {
            return (synth(414));
        }
        set ${path} = ${'regsuball('.repeat(replaced.length)}${path},
            ${replaced.join('),\n            ')});
    }`;
}

function named(rules: readonly string[]): Set<string> {
  const text = `/${rules.join('')}`.replaceAll('0-9', '0123456789').toLowerCase();
  return new Set([...text.matchAll(/[a-z0-9/._~@+:,-]/g)].map(([character]) => character).sort());
}

function codes(character: string): string[] {
  return [...new Set([character, character.toUpperCase()])].map((one) => hex(one.charCodeAt(0)));
}

function hex(code: number): string {
  return code.toString(16).padStart(2, '0');
}

/** A path that a user wrote and everything below it: /cart is also /cart/items and /cart;a=1, not /cartoons. */
export function below(written: string): string {
  const plain = written
    .replaceAll(/%(?:2[bcdef]|3[0-9a]|4[0-9a-f]|5[0-9af]|6[1-9a-f]|7[0-9ae])/gi, (code) =>
      String.fromCharCode(parseInt(code.slice(1), 16)),
    )
    .replaceAll(/\/\/+/g, '/');
  const pattern = plain
    .split(/(%[0-9a-f]{2})/i)
    .map(part)
    .join('');
  return plain.endsWith('/') ? pattern : `${pattern}(?:[/;]|$)`;
}

/** What is no character of an address may be sent as it is, too. */
function part(text: string): string {
  if (!/^%[89a-f][0-9a-f]$/i.test(text)) return literal(text);
  return `(?:${text}|\\x${text.slice(1)})`;
}

/** A parameter of a query, however its name is written. PHP takes the characters of `likeUnderscore` for an underscore. */
export function parameter(name: string): string {
  const likeUnderscore = String.raw`(?:_|%5f|[ .+[]|%2e|%20|%2b|%5b)`;
  const letters = name.replaceAll(/./g, (letter) =>
    letter === '_' ? likeUnderscore : `(?:${literal(letter)}|%${hex(letter.charCodeAt(0))})`,
  );
  return `[?&](?:[+]|%20)*${letters}(?:=|%3d|\\[|%5b|&|$)`;
}

/** PCRE compiles 64 KiB at most, and as many long paths as a site may have are more. */
const longest = 16_384;

/** One condition for all patterns: does one of them match the beginning of the rules' path? */
export function matchesPath(patterns: readonly string[]): string {
  return portions(patterns)
    .map((some) => `${path} ~ ${quoted(`(?i)^${oneOf(some)}`)}`)
    .join(' ||\n        ');
}

function portions(patterns: readonly string[]): string[][] {
  return patterns.reduce<string[][]>((all, pattern) => {
    const last = all.at(-1) ?? [];
    if (last.length === 0 || last.join('|').length + pattern.length < longest) {
      return [...all.slice(0, -1), [...last, pattern]];
    }
    return [...all, [pattern]];
  }, []);
}

/** All that rules of the site look for at the beginning of a path. */
export function denied({ preset }: Site): readonly string[] {
  return preset.deniedPaths;
}

export function passed({ preset, cache }: Site): readonly string[] {
  return cache.mode === 'Pass' ? [] : [...preset.passPaths, ...cache.passPaths.map(below)];
}
