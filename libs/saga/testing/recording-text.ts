import type { Recording } from './recording.js';

/** One line for each thing that is said, so that a difference can be read. */
export function recordingText({ saga, version, instances, ...named }: Recording): string {
  const members = Object.entries(named).map(([name, entries]) => `${json(name)}: ${linesOf(entries, 1)}`);
  const states = instances.map(({ takes, ...where }) => {
    const lines = Object.entries(where).map(([name, value]) => `${indent(3)}${json(name)}: ${json(value)},`);
    return `${indent(2)}{\n${lines.join('\n')}\n${indent(3)}"takes": ${linesOf(takes, 3)}\n${indent(2)}}`;
  });
  const head = [`"saga": ${json(saga)}`, `"version": ${version}`, ...members];
  return `{\n${indent(1)}${[...head, `"instances": [\n${states.join(',\n')}\n${indent(1)}]`].join(`,\n${indent(1)}`)}\n}\n`;
}

function linesOf(entries: object, depth: number): string {
  const lines = Object.entries(entries).map(
    ([name, value]) => `${indent(depth + 1)}${json(name)}: ${json(value)}`,
  );
  return lines.length === 0 ? '{}' : `{\n${lines.join(',\n')}\n${indent(depth)}}`;
}

const indent = (depth: number): string => '  '.repeat(depth);
const json = (value: unknown): string => JSON.stringify(value);
