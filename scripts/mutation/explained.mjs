import { readFileSync } from 'node:fs';
import { inRoot } from '../lib/project.mjs';

/** Survivors that change nothing, each with the sentence that says why. */
export const explainedFile = 'test/mutation/survivors.md';

const item = /^- (`+) ?(.+?) ?\1$/;

/**
 * Reads the page: `## folder`, `### file`, and below it sentences, each followed by the list of mutants that it is about.
 *
 * @param {string} [page]
 * @returns {{ folder: string, file: string, text: string, because: string }[]} file: below the project
 */
export function readExplained(page = readFileSync(inRoot(explainedFile), 'utf8')) {
  const explained = [];
  let [folder, file, because, inList] = ['', '', '', false];
  for (const line of page.split('\n').map((text) => text.trim())) {
    const [, text] = item.exec(line)?.slice(1) ?? [];
    if (line.startsWith('## ')) [folder, file, because] = [line.slice(3), '', ''];
    else if (line.startsWith('### ')) [file, because] = [`${folder}/${line.slice(4)}`, ''];
    else if (text !== undefined) explained.push({ folder, file, text, because });
    else if (line !== '') because = inList ? line : `${because} ${line}`.trim();
    if (line !== '') inList = text !== undefined;
  }
  return explained;
}
