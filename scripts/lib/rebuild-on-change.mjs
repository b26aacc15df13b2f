import { watch } from 'node:fs';
import { buildServices } from './build.mjs';
import { inRoot } from './project.mjs';

const quietMs = 300;

/**
 * Builds anew and restarts the services after each change of the sources; a build that fails leaves them as they are.
 *
 * @param {readonly import('./service.mjs').Service[]} services
 * @param {import('./steps.mjs').Steps} steps
 * @returns {() => void} ends it
 */
export function rebuildOnChange(services, steps) {
  let timer;
  let building = Promise.resolve();
  const rebuild = async () => {
    try {
      const outcome = await steps.step('Build', async (say) => {
        const result = await buildServices();
        say(result);
        return result;
      });
      if (outcome === 'up to date') return;
      await steps.step('Restart', async () => {
        await Promise.all(services.map((service) => service.restart()));
      });
    } catch (error) {
      steps.warn(error.message);
    }
  };
  const watchers = ['apps', 'libs', 'migrations'].map((folder) =>
    watch(inRoot(folder), { recursive: true }, () => {
      clearTimeout(timer);
      timer = setTimeout(() => (building = building.then(rebuild)), quietMs);
    }),
  );
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
}
