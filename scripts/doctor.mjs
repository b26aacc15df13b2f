import path from 'node:path';
import { checkNode } from './lib/check-node.mjs';
import { isFree } from './lib/ports.mjs';
import { dataDirectory, services } from './lib/project.mjs';
import { runningStack } from './lib/running-stack.mjs';
import { isProduction, readSettings } from './lib/settings.mjs';
import { brokerSources, databaseSources } from './provision/sources.mjs';
import { installCommand } from './provision/system.mjs';

/** `npm run doctor`: what `npm start` and `npm test` would use, and why. Changes nothing. */
const settings = readSettings();
let missing = false;

console.log(`Node          ${attempt(checkNode)}`);
console.log(`npm start     ${runningStack() ? `running, ${runningStack().ORDER_URL}` : 'not running'}`);
for (const { name, port, metricsPort } of services) {
  console.log(`${name.padEnd(18)} ${await wherePort(port)}, metrics ${await wherePort(metricsPort)}`);
}
await show('npm start', { directory: dataDirectory, settings });
await show('npm test', { directory: path.join(dataDirectory, 'test'), settings, forTests: true });
if (isProduction(settings)) console.log('\nNODE_ENV=production: nothing is provisioned or seeded.');
if (missing) {
  console.log(`\nSomething is missing. On this system: ${installCommand()}`);
  process.exitCode = 1;
}

async function show(command, context) {
  for (const [title, sourcesOf] of [
    ['database', databaseSources],
    ['broker', brokerSources],
  ]) {
    console.log(`\n${command}: ${title}`);
    let chosen = false;
    for (const source of sourcesOf(context)) {
      const { applies, why } = await source.look();
      const mark = applies && !chosen ? '→' : ' ';
      console.log(` ${mark} ${source.name.padEnd(56)} ${applies ? 'yes' : 'no '}  ${why}`);
      chosen ||= applies;
    }
    missing ||= !chosen;
  }
}

async function wherePort({ setting, fallback }) {
  const port = Number(settings[setting] ?? fallback);
  const from = settings[setting] ? ` (${setting})` : '';
  return `${port}${from} ${(await isFree(port)) ? 'free' : settings[setting] ? 'TAKEN' : 'taken: another would be used'}`;
}

function attempt(check) {
  try {
    return check();
  } catch (error) {
    missing = true;
    return error.message;
  }
}
