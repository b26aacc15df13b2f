import { InvalidArgumentError, type Command } from 'commander';

/** The option of every command. */
export interface Shown {
  readonly json?: true;
}

export interface ActOptions extends Shown {
  readonly reason: string;
  readonly preview?: true;
  readonly yes?: true;
}

/** An action without a reason is refused by the API, too; here before anything is asked. */
export const reasoned = (command: Command): Command =>
  command.requiredOption('--reason <why>', 'needed; it is kept in the audit trail');

export const acting = (command: Command): Command =>
  reasoned(command).option('--preview', 'only show what would happen').option('--yes', 'do not ask');

export interface PageOptions extends Shown {
  readonly limit?: string;
  readonly cursor?: string;
}

export const paged = (command: Command): Command =>
  command
    .option('--limit <number>', 'how many at most, 20 unless said otherwise')
    .option('--cursor <cursor>', 'go on where a list ended');

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** `90`, `90s`, `15m`, `2h`, `7d` as seconds. @throws InvalidArgumentError */
export function secondsOf(text: string): number {
  const [, count, unit = 's'] = /^(\d{1,9})([smhd])?$/.exec(text) ?? [];
  const seconds = Number(count) * (unitSeconds[unit] ?? NaN);
  if (Number.isNaN(seconds)) throw new InvalidArgumentError('Say 90s, 15m, 2h or 7d.');
  return seconds;
}
