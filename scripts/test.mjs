import path from 'node:path';
import { checkNode } from './lib/check-node.mjs';
import { failuresIn, lanesOf, planPhases, sumOf, takeMinutes } from './lib/jest-phases.mjs';
import { LockHeld, takeLock } from './lib/lock-file.mjs';
import { portsOfPhase } from './lib/ports.mjs';
import { dataDirectory } from './lib/project.mjs';
import { runJest } from './lib/run-jest.mjs';
import { runScript } from './lib/run-script.mjs';
import { readSettings } from './lib/settings.mjs';
import { prepare } from './lib/stack.mjs';
import { Steps } from './lib/steps.mjs';
import { provideClusterParts } from './provision/cluster-parts.mjs';
import { endServersBelow } from './provision/end-servers.mjs';

/**
 * `npm test`: all tests, on servers of their own. What follows `--` goes to jest: `--selectProjects unit`, a path,
 * `-t`; except `--minutes 20`, which is how long the faults at random go on. A skipped test fails the run, unless only
 * some were asked for.
 *
 * Phases run side by side (lib/jest-phases.mjs). What one says by itself is shown as it comes; of several, only what
 * failed, and all of it is kept in .data/test/output.
 */
const steps = new Steps();

/** Far more than a test takes that does not say more of itself: what hangs is to fail, and not what a busy machine delays. */
const longestTestMs = 60_000;

const directory = path.join(dataDirectory, 'test');

await runScript(async (shutdown) => {
  checkNode();
  const { args, env: length } = takeMinutes(process.argv.slice(2));
  const { phases, rest, narrowed } = planPhases(args);
  const servers = phases.some((phase) => phase.servers);
  const settings = readSettings();
  const clusters = phases.some((phase) => phase.clusters);
  if (clusters || (servers && !(settings.TEST_DATABASE_URL && settings.TEST_RABBITMQ_URL))) {
    const release = await takeLock(path.join(directory, 'test.lock')).catch((error) => {
      if (!(error instanceof LockHeld)) throw error;
      throw new Error(
        `The test servers of this directory are in use by process ${error.pid}. Wait for its end.`,
      );
    });
    shutdown.add('the lock', release);
  }
  // Fault tests start and break servers of their own; an interrupted one has no time to end them. Unit tests may run
  // beside them.
  for (const kind of servers || clusters ? ['faults', 'clusters'] : []) {
    shutdown.add(`the servers of the ${kind}`, () => endServersBelow(path.join(directory, kind)));
  }
  const build = phases.some((phase) => phase.build);
  const { database, broker } = await prepare({
    directory,
    settings,
    forTests: true,
    build,
    servers,
    steps,
    shutdown,
  });
  if (shutdown.begun) return 1;
  if (clusters) {
    await steps.step('Clusters', async (say) => say(await provideClusterParts((text) => steps.say(text))));
  }

  const env = { ...process.env, ...length, NODE_ENV: 'test' };
  if (database) env.TEST_DATABASE_URL = database.url;
  if (broker) env.TEST_RABBITMQ_URL = broker.url;
  if (broker?.managementUrl) env.TEST_RABBITMQ_MANAGEMENT_URL = broker.managementUrl;

  const totals = [];
  const together = rest.includes('--coverage')
    ? [{ ...phases[0], projects: phases.flatMap(({ projects }) => projects), title: 'with coverage' }]
    : phases;
  const lanes = lanesOf(together);
  const runPhase = async (phase) => {
    const { title, projects, lane, workers } = phase;
    const options = {
      env: { ...env, ...portsOfPhase(together.indexOf(phase)) },
      name: projects[0],
      shown: together.length === 1,
      givesWay: lane === 'computing' && lanes.length > 1,
    };
    const { output, ...result } = await steps.step(title, async (say) => {
      const bounds = [`--maxWorkers=${workers}`, `--testTimeout=${longestTestMs}`];
      const result = await runJest([...bounds, ...rest, '--selectProjects', ...projects], options);
      const { passed, failed, skipped } = result;
      say(`${passed} passed, ${failed} failed, ${skipped} skipped`, failed === 0);
      return result;
    });
    if (result.failed > 0 && !shutdown.begun) steps.print(failuresIn(output));
    totals.push(result);
  };
  await Promise.all(
    lanes.map(async (lane) => {
      for (const phase of lane) if (!shutdown.begun) await runPhase(phase);
    }),
  );
  if (shutdown.begun) return 1;
  const { passed, failed, skipped } = sumOf(totals);
  const skippedCounts = skipped > 0 && !narrowed;
  if (skippedCounts) console.log(`\nA skipped test proves nothing, and fails the run: mend it or remove it.`);
  console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  return failed > 0 || skippedCounts || passed === 0 ? 1 : 0;
});
