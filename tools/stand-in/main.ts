import { CannotRun } from '../conformance/order-side.js';
import { restartBy } from '../conformance/restart.js';
import { Wire } from '../conformance/wire.js';
import { readOptions, usage } from './options.js';
import { play } from './play.js';

/** `npm run stand-in`: plays order-service for a participant under development. Exit codes as `usage` says. */
async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args, process.env['RABBITMQ_URL']);
  if (options === null || typeof options === 'string') {
    (options === null ? console.log : console.error)(options === null ? usage : `${options}\n\n${usage}`);
    return options === null ? 0 : 2;
  }
  const { broker: brokerUrl, shared, restart } = options;
  return play(
    options,
    (commands, onReply) => Wire.connect({ brokerUrl, shared, commands }, onReply),
    (line) => console.log(line),
    restart === undefined ? undefined : () => restartBy(restart),
  );
}

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  if (!(error instanceof CannotRun)) throw error;
  console.error(error.message);
  return 2;
});
