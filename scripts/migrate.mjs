import { buildServices } from './lib/build.mjs';
import { checkNode } from './lib/check-node.mjs';
import { migrationUrls } from './lib/database-urls.mjs';
import { installDependencies } from './lib/dependencies.mjs';
import { runningStack } from './lib/running-stack.mjs';
import { runScript } from './lib/run-script.mjs';
import { readSettings } from './lib/settings.mjs';
import { Steps } from './lib/steps.mjs';

/**
 * `npm run migration:run`: brings the databases up to date, for installations where services start with
 * RUN_MIGRATIONS=false. Takes MIGRATION_DATABASE_URL, DATABASE_URL and their like from the environment, otherwise from a
 * running `npm start`.
 */
await runScript(async () => {
  checkNode();
  const steps = new Steps();
  const given = readSettings();
  // Never of both: one has the users of the other's databases.
  const isGiven = given.MIGRATION_DATABASE_URL ?? given.DATABASE_URL;
  const settings = isGiven ? given : { ...runningStack(), ...given };
  if (!isGiven && !settings.DATABASE_URL)
    throw new Error('DATABASE_URL is not set, and npm start is not running here.');
  await steps.step('Dependencies', async (say) => say(await installDependencies()));
  await steps.step('Build', async (say) => say(await buildServices()));
  const { openDatabase } = await import('../dist/libs/persistence/database/open-database.js');
  const urls = migrationUrls(settings);
  for (const [folder, name, url] of [
    ['orders', 'ordersMigrations', urls.orders],
    ['orders-read', 'ordersReadMigrations', urls.ordersRead],
    ['inventory', 'inventoryMigrations', urls.inventory],
    ['payments', 'paymentsMigrations', urls.payments],
  ]) {
    await steps.step(folder, async (say) => {
      const { [name]: migrations } = await import(`../dist/migrations/${folder}/index.js`);
      const dataSource = await openDatabase({ url, rows: [], migrations, poolSize: 2 });
      await dataSource.destroy();
      say('up to date');
    });
  }
  return 0;
});
