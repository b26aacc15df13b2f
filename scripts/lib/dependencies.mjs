import { lstatSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { findBinary, pathWithUsualPlaces } from '../provision/find-binary.mjs';
import { inRoot, root } from './project.mjs';
import { run } from './run.mjs';

const installSeconds = 900;

/**
 * Installs what the lock file names, unless that is what is installed.
 * Compares with the list that npm itself keeps in node_modules: a touched, copied or checked out lock file that says the
 * same costs nothing, and an installation that was interrupted has no such list.
 *
 * @returns {Promise<'up to date' | 'installed'>}
 */
export async function installDependencies() {
  if (isInstalled(packagesOf('package-lock.json'), packagesOf('node_modules/.package-lock.json')))
    return 'up to date';
  if (lstatSync(inRoot('node_modules'), { throwIfNoEntry: false })?.isSymbolicLink()) {
    throw new Error(
      'node_modules is a link, and what it leads to is not what package-lock.json names: npm ci would empty it.',
    );
  }
  const npm = findBinary(['npm'], [path.dirname(process.execPath)]);
  if (!npm) throw new Error('npm is not on PATH');
  // The tools that build the services are development dependencies, needed in production mode too.
  const { code, output } = await run(npm, ['ci', '--include=dev', '--no-audit', '--no-fund'], {
    cwd: root,
    timeoutSeconds: installSeconds,
    env: {
      ...process.env,
      PATH: [path.dirname(process.execPath), pathWithUsualPlaces()].join(path.delimiter),
      SCARF_ANALYTICS: 'false', // swagger-ui-dist reports each installation otherwise
    },
  });
  if (code !== 0) throw new Error(`npm ci failed (${code}):\n${output.trim()}`);
  return 'installed';
}

/**
 * @param {Record<string, { version?: string, integrity?: string, optional?: boolean }> | null} locked
 * @param {Record<string, { version?: string, integrity?: string }> | null} installed
 */
export function isInstalled(locked, installed) {
  if (!locked || !installed) return false;
  return Object.entries(locked).every(([place, wanted]) => {
    if (place === '') return true;
    const found = installed[place];
    if (!found) return wanted.optional === true; // made for another platform
    return found.version === wanted.version && found.integrity === wanted.integrity;
  });
}

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(inRoot(file), 'utf8')).packages;
  } catch {
    return null;
  }
}
