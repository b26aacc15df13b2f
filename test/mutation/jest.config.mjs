import path from 'node:path';
import all from '../../jest.config.js';

/**
 * The unit tests as a configuration of their own: Stryker's runner knows no projects. Which of them run is said for each
 * folder, in scripts/mutation/run-stryker.mjs.
 */
export default {
  ...all.projects.find(({ displayName }) => displayName === 'unit'),
  rootDir: path.resolve(import.meta.dirname, '../..'),
};
