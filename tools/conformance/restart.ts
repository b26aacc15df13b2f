import { spawn } from 'node:child_process';
import { CannotRun } from './order-side.js';

/** For one run of the command. */
const maxRestartMs = 120_000;

/** Runs the command that kills the participant and starts it again. @throws CannotRun when it fails. */
export async function restartBy(command: string): Promise<void> {
  // What the command leaves running must not hold on to our streams.
  const child = spawn(command, { shell: true, stdio: 'ignore', timeout: maxRestartMs });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  }).catch((error: Error) => error.message);
  if (code !== 0) throw new CannotRun(`--restart: "${command}" ended with ${code ?? 'a signal'}.`);
}
