import type { Command } from 'commander';
import type { ApiClient } from './api-client.js';
import type { Output } from './output.js';

/** Adds a group of commands, such as `sagas`, to the command line: `npm run ops -- sagas list`. */
export type AddCommands = (program: Command, run: Run) => void;

/** Makes an action for commander of what a command does. */
export type Run = <Options, Id extends string | undefined>(
  verb: Verb<Options, Id>,
) => (this: Command) => Promise<void>;

/**
 * What one command does.
 * @returns the exit code: 0 done, 1 refused or failed.
 * @throws UsageError (exit code 2), OpsError (exit code 1); their messages are for the operator.
 */
export type Verb<Options, Id extends string | undefined = string> = (
  context: OpsContext,
  options: Options,
  id: Id,
) => Promise<number>;

export interface OpsContext {
  readonly api: ApiClient;
  readonly out: Output;
  /** A bar where somebody watches, a line at the end where not. */
  progress(total: number): ProgressBar;
  /** Asks for a yes. @throws OpsError where nobody can be asked. */
  confirm(question: string): Promise<boolean>;
}

export interface ProgressBar {
  advance(): void;
  /** Has to be called, also when something went wrong. */
  stop(): void;
}
