import { parseArgs, type ParseArgsConfig } from 'node:util';
import { UsageError } from './ops-error.js';

type Options = NonNullable<ParseArgsConfig['options']>;
type Parsed<O extends Options> = ReturnType<
  typeof parseArgs<{ options: O; allowPositionals: true; strict: true }>
>;

/** Reads a verb's options. @throws UsageError for what it does not know. */
export function readOptions<const O extends Options>(args: readonly string[], options: O): Parsed<O> {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true }) as Parsed<O>;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** The one thing that a verb is about. @throws UsageError when there is none, or more. */
export function onlyOne(positionals: readonly string[], what: string): string {
  const [first, ...others] = positionals;
  if (first === undefined) throw new UsageError(`which ${what}?`);
  if (others.length > 0) throw new UsageError(`one ${what} at a time, not also ${others.join(' ')}`);
  return first;
}

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** `90`, `90s`, `15m`, `2h`, `7d` as seconds. @throws UsageError */
export function secondsOf(text: string): number {
  const [, count, unit = 's'] = /^(\d{1,9})([smhd])?$/.exec(text) ?? [];
  const seconds = Number(count) * (unitSeconds[unit] ?? NaN);
  if (Number.isNaN(seconds)) throw new UsageError(`not a time: ${text}; say 90s, 15m, 2h or 7d`);
  return seconds;
}
