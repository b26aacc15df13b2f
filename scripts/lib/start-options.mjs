import { parseArgs } from 'node:util';
import { participants } from './project.mjs';

const names = Object.keys(participants);

export const usage = `Usage: npm start -- [--watch] [--without ${names.join('|')}]...

Builds order-service, inventory-service and payment-service, and runs them on a database and a broker that it finds
or makes. Ctrl-C lets them finish what is in hand, stops all that it started, and keeps the data.

  --watch            build and restart on each change
  --without NAME     leave a participant to somebody else: ${names.join(' or ')}; may be given twice
  --help             show this and start nothing

Settings (docs/configuration.md) come from the environment and .env. \`npm run doctor\` shows what would be used.`;

/**
 * @param {readonly string[]} args of the command line
 * @returns {{ help: boolean, watch: boolean, without: string[] }} without: the services that are not to be started
 * @throws Error for what is no option, in words for people
 */
export function startOptions(args) {
  const { values } = parse(args);
  const asked = values.without.flatMap((list) => list.split(','));
  const strange = asked.filter((name) => !names.includes(name));
  if (strange.length > 0)
    throw new Error(
      `--without ${strange.join(',')}: only ${names.join(' and ')} can be left out.\n\n${usage}`,
    );
  return {
    help: values.help,
    watch: values.watch,
    without: [...new Set(asked.map((name) => participants[name].service))],
  };
}

function parse(args) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        watch: { type: 'boolean', default: false },
        without: { type: 'string', multiple: true, default: [] },
      },
    });
  } catch (error) {
    // What follows the first sentence is advice for authors of scripts.
    throw new Error(`${error.message.split('. ')[0]}.\n\n${usage}`, { cause: error });
  }
}
