import type { Command } from './command.js';

type Changes = Readonly<Record<string, unknown>>;

/** Changes a command into one of a version that nobody knows; for `toMessage`. */
export const toOtherVersion = ({ message }: Command): Changes => ({
  type: message.type.replace(/\.v\d+$/, '.v999'),
});

/** Changes a command into one of the same participant that nobody knows. */
export const toUnknownType = ({ message }: Command): Changes => ({
  type: `${message.type.split('.')[0]}.do-nothing-known.v1`,
});
