import { Command, CommanderError } from 'commander';
import type { OpsContext, Run } from './command.js';
import { groups } from './commands.js';
import { OpsError, UsageError } from './ops-error.js';

/**
 * Runs one command line.
 * @param complain shows what went wrong, apart from the output: programs read that.
 * @returns the exit code: 0 done, 1 refused or failed, 2 not a command.
 */
export async function runOps(
  args: readonly string[],
  context: OpsContext,
  complain: (text: string) => void,
): Promise<number> {
  let code = 0;
  const run: Run = (verb) =>
    async function (this: Command) {
      code = await verb(context, this.optsWithGlobals() as never, this.processedArgs[0] as never).catch(
        (error: unknown) => {
          if (error instanceof UsageError) this.error(`error: ${error.message}`);
          throw error;
        },
      );
    };
  const program = new Command('npm run ops --')
    .description('What an operator can do. `GROUP VERB --help` tells of each command.')
    .option('--json', 'show it for programs')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ writeOut: (text) => context.out.line(text.trimEnd()), writeErr: complain })
    .showHelpAfterError()
    .exitOverride()
    .hook('preAction', (_, command) => refuseMissingValues(command));
  for (const add of groups) add(program, run);
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!(error instanceof OpsError)) throw error;
    complain(`${error.message}\n`);
    return 1;
  }
}

/** commander takes the next word for the value, whatever it is: `--reason --preview` would do what it should only show. */
function refuseMissingValues(command: Command): void {
  for (const option of command.options) {
    for (const value of [command.getOptionValue(option.attributeName())].flat()) {
      if (typeof value === 'string' && /^(--.*|\s*)$/.test(value))
        command.error(`error: option '${option.flags}' argument missing`);
    }
  }
}
