import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { takeLock } from './lock-file.mjs';
import { dataDirectory, entryOf, inRoot, root, services } from './project.mjs';
import { run } from './run.mjs';

const stamp = inRoot('dist', '.sources');
const sources = [
  'apps',
  'libs',
  'migrations',
  'tools',
  'bench',
  'nest-cli.json',
  'tsconfig.json',
  '.swcrc',
  'package-lock.json',
];

/**
 * Builds the services when what they are made of has changed since the last whole build.
 * @returns {Promise<'up to date' | 'built'>}
 */
export async function buildServices() {
  const release = await takeLock(path.join(dataDirectory, 'build.lock'), { waitSeconds: 120 });
  try {
    const fingerprint = fingerprintOf(sources.map((source) => inRoot(source)));
    if (read(stamp) === fingerprint && services.every(({ name }) => existsSync(entryOf(name))))
      return 'up to date';
    rmSync(inRoot('dist'), { recursive: true, force: true });
    const nest = inRoot('node_modules', '@nestjs', 'cli', 'bin', 'nest.js');
    const { code, output } = await run(process.execPath, [nest, 'build', '--all'], {
      cwd: root,
      timeoutSeconds: 300,
    });
    if (code !== 0) throw new Error(`The build failed:\n${output.trim()}`);
    mkdirSync(inRoot('dist'), { recursive: true });
    writeFileSync(stamp, fingerprint);
    return 'built';
  } finally {
    release();
  }
}

/** What a benchmark writes is no reason to build anew. */
const written = inRoot('bench', 'results');

/** A digest of names and contents, so that a checkout that only touches files does not cause a build. */
export function fingerprintOf(paths) {
  const hash = createHash('sha256');
  for (const file of paths.flatMap(filesBelow).sort())
    hash.update(`${file}\0`).update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

function filesBelow(place) {
  if (place === written || !existsSync(place)) return [];
  try {
    return readdirSync(place, { withFileTypes: true }).flatMap((entry) =>
      filesBelow(path.join(place, entry.name)),
    );
  } catch (error) {
    if (error.code === 'ENOTDIR') return [place];
    throw error;
  }
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
