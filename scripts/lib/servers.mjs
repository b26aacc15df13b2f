import { chooseSource, NoSource } from '../provision/choose-source.mjs';
import { brokerSources, databaseSources } from '../provision/sources.mjs';
import { installCommand } from '../provision/system.mjs';
import { isProduction } from './settings.mjs';

/**
 * Finds or makes the database server and the broker, side by side.
 *
 * @param {{
 *   directory: string, settings: Record<string, string>, forTests?: boolean, management?: boolean,
 *   steps: import('./steps.mjs').Steps, shutdown: import('./shutdown.mjs').Shutdown,
 * }} options
 */
export async function provideServers({ directory, settings, forTests, management, steps, shutdown }) {
  const context = {
    directory,
    settings,
    forTests,
    management,
    say: (text) => steps.say(text),
    onStarted: (title, stop) => shutdown.add(title, stop),
    ended: () => shutdown.begun,
  };
  const provide = (title, sources) =>
    steps.step(title, async (say) => {
      const { source, server } = await chooseSource(sources, context);
      say(`${server.version}, from ${source.name}`);
      return server;
    });
  const attempts = [provide('Database', databaseSources(context)), provide('Broker', brokerSources(context))];
  // A server that was named and does not work ends it at once; where one cannot be had, say so of both.
  await Promise.all(
    attempts.map((attempt) =>
      attempt.catch((error) => {
        if (!(error instanceof NoSource)) throw error;
      }),
    ),
  );
  const results = await Promise.allSettled(attempts);
  if (results.some(({ status }) => status === 'rejected')) throw new Error(explain(results, settings));
  const [database, broker] = results.map((result) => result.value);
  return { database, broker };
}

function explain(results, settings) {
  const what = ['a MySQL or MariaDB server', 'a RabbitMQ broker'];
  const reasons = results.flatMap(({ reason }, index) =>
    reason ? [`There is no way to get ${what[index]}:\n${reason.message}`] : [],
  );
  const advice = isProduction(settings)
    ? 'With NODE_ENV=production nothing is provisioned: set DATABASE_URL and RABBITMQ_URL.'
    : `On this system: ${installCommand()}`;
  return [...reasons, advice].join('\n');
}
