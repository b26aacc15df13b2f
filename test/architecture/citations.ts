import { dirname, join } from 'node:path';

/** Something that a file leans on: what it says, and where in the repository that may be. */
export interface Citation {
  readonly cited: string;
  readonly mayBe: readonly RegExp[];
}

const web = /\b[a-z]+:\/\/\S+/g;
/** Paths and names with this extension. Those behind a placeholder or a pattern are only parts of one. */
const nameEndingIn = (extension: string) =>
  new RegExp(
    String.raw`(?<![\w./$\{}%*#@-])((?:\.{1,2}/)*(?:[\w-][\w.-]*/)*[\w-][\w.-]*\.${extension})\b`,
    'g',
  );
const page = nameEndingIn('md');
const code = nameEndingIn('(?:ts|mjs|sql|ya?ml)');
const decisions = /\bADRs? (\d{1,4}(?:(?:, | and | to )\d{1,4})*)/g;
const comments = /\/\*[^]*?\*\/|(?<=^|\s)(?:\/\/|--|#) .*$/gm;
const escaped = (text: string) => text.replaceAll('.', '\\.');

/**
 * Pages that the text of `file` mentions, by path or as the number of a decision; and code that it names by the end of
 * its path, where it is prose: strings may name files that there are not. What was decided or changed once may name what
 * has gone since.
 */
export function citationsIn(file: string, text: string): readonly Citation[] {
  const here = text.replaceAll(web, '');
  return [
    ...matches(here, page).map((cited) => ({
      cited,
      mayBe: ['.', dirname(file), 'docs'].map((folder) => new RegExp(`^${escaped(join(folder, cited))}$`)),
    })),
    ...matches(proseOf(file, here), code).map((cited) => ({
      cited,
      mayBe: [new RegExp(`(^|/)${escaped(cited.replace(/^(\.{1,2}\/)+/, ''))}$`)],
    })),
    ...matches(here, decisions)
      .flatMap((numbers) => numbers.match(/\d+/g) ?? [])
      .map((number) => ({
        cited: `ADR ${number}`,
        mayBe: [new RegExp(`^docs/adr/${number.padStart(4, '0')}-[^/]+\\.md$`)],
      })),
  ];
}

function proseOf(file: string, text: string): string {
  if (/^(docs\/adr\/|CHANGELOG)/.test(file)) return '';
  return file.endsWith('.md') ? text : (text.match(comments) ?? []).join('\n');
}

const matches = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, found = '']) => found);
