import { readOptions, usage, UsageError } from './options.js';
import { CannotRun } from './order-side.js';
import { linesOf, summaryOf } from './report.js';
import { hasFailed, runConformance } from './run.js';
import { Wire } from './wire.js';

/** `npm run conformance`: puts a participant to the test. Exit codes as `usage` says. */
async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args, process.env['RABBITMQ_URL']);
  if (!options) {
    console.log(usage);
    return 0;
  }
  const { run, wire, json } = options;
  const findings = await runConformance(
    run,
    (onReply) => Wire.connect(wire, onReply),
    (finding) => {
      if (!json) console.log(linesOf(finding).join('\n'));
    },
  );
  console.log(
    json ? JSON.stringify({ queue: run.participant.queue, findings }, null, 2) : `\n${summaryOf(findings)}`,
  );
  return findings.some(hasFailed) ? 1 : 0;
}

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  if (!(error instanceof UsageError) && !(error instanceof CannotRun)) throw error;
  console.error(error instanceof UsageError ? `${error.message}\n\n${usage}` : error.message);
  return 2;
});
