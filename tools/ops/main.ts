import { createInterface } from 'node:readline/promises';
import { SingleBar } from 'cli-progress';
import { z } from 'zod';
import { HttpApiClient } from './api-client.js';
import type { ProgressBar } from './command.js';
import { OpsError } from './ops-error.js';
import { outputTo } from './output.js';
import { runOps } from './run-ops.js';

/** `npm run ops -- GROUP VERB ...`: what an operator can do, from a terminal. Exit codes: see runOps. */
const environment = z.object({ ORDER_URL: z.url(), OPS_TOKEN: z.string().min(1) });

function progress(total: number): ProgressBar {
  let done = 0;
  if (!process.stderr.isTTY) {
    return { advance: () => (done += 1), stop: () => console.error(`${done}/${total}`) };
  }
  const bar = new SingleBar({ format: '{bar} {value}/{total} {eta_formatted}', stream: process.stderr });
  bar.start(total, 0);
  return { advance: () => bar.increment(), stop: () => bar.stop() };
}

async function confirm(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) throw new OpsError('Nobody is there to say yes; use --yes.');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}

async function main(args: readonly string[]): Promise<number> {
  const { ORDER_URL, OPS_TOKEN } = environment.parse(process.env);
  const api = new HttpApiClient(ORDER_URL.replace(/\/$/, ''), OPS_TOKEN);
  const out = outputTo((text) => process.stdout.write(text));
  return runOps(args, { api, out, progress, confirm }, (text) => process.stderr.write(text));
}

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  return 1;
});
