import type { OpsCommand, OpsContext } from './command.js';
import { OpsError, UsageError } from './ops-error.js';

const names = (commands: readonly OpsCommand[]): string[] =>
  commands.map(({ name, summary }) => `  ${name.padEnd(16)}${summary}`);

function help(commands: readonly OpsCommand[]): string {
  return [
    'Usage: npm run ops -- GROUP VERB ...',
    '',
    ...names(commands),
    '',
    '`GROUP help` shows its verbs.',
  ].join('\n');
}

/**
 * Runs one command line.
 * @param complain shows what went wrong, apart from the output: programs read that.
 * @returns the exit code: 0 done, 1 refused or failed, 2 not a command.
 */
export async function runOps(
  commands: readonly OpsCommand[],
  [name, ...args]: readonly string[],
  context: OpsContext,
  complain: (text: string) => void,
): Promise<number> {
  if (name === undefined || name === 'help' || name === '--help') {
    context.out.line(help(commands));
    return name === undefined ? 2 : 0;
  }
  const command = commands.find((candidate) => candidate.name === name);
  if (!command) {
    complain(`There is no group ${name}.\n\n${help(commands)}`);
    return 2;
  }
  if (args[0] === 'help' || args.includes('--help')) {
    context.out.line(command.usage);
    return 0;
  }
  try {
    return await command.run(args, context);
  } catch (error) {
    if (!(error instanceof OpsError)) throw error;
    complain(error instanceof UsageError ? `${error.message}\n\n${command.usage}` : error.message);
    return error instanceof UsageError ? 2 : 1;
  }
}
