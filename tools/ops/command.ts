import type { ApiClient } from './api-client.js';
import type { Output } from './output.js';

/** One group of commands, such as `sagas`: `npm run ops -- sagas list`. */
export interface OpsCommand {
  readonly name: string;
  /** A line for the list of groups. */
  readonly summary: string;
  /** Each verb with its options, a line each. */
  readonly usage: string;
  /**
   * @param args what follows the group's name.
   * @returns the exit code: 0 done, 1 refused or failed.
   * @throws UsageError (exit code 2), OpsError (exit code 1); their messages are for the operator.
   */
  run(args: readonly string[], context: OpsContext): Promise<number>;
}

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
