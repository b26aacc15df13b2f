import { accessSync, constants, readdirSync } from 'node:fs';
import path from 'node:path';

const usualPlaces = [
  '/usr/sbin',
  '/usr/bin',
  '/usr/local/sbin',
  '/usr/local/bin',
  '/usr/local/mysql/bin',
  '/opt/homebrew/bin',
  '/opt/homebrew/sbin',
  '/opt/homebrew/opt/mariadb/bin',
  '/opt/homebrew/opt/mysql/bin',
];

/** PATH as server processes get it: the caller's, then the usual places (their scripts call `erl`, `dirname`, `date`). */
export function pathWithUsualPlaces(env = process.env) {
  return [...(env.PATH ?? '').split(path.delimiter), ...usualPlaces, '/sbin', '/bin']
    .filter(Boolean)
    .join(path.delimiter);
}

/**
 * @param {readonly string[]} names in one directory, the first of them wins
 * @param {readonly string[]} [moreDirectories] looked at before PATH
 * @returns {string | null}
 */
export function findBinary(names, moreDirectories = []) {
  for (const directory of [...moreDirectories, ...pathWithUsualPlaces().split(path.delimiter)]) {
    for (const name of names) {
      const file = path.join(directory, name);
      if (isExecutable(file)) return file;
    }
  }
  return null;
}

/** The directories `<parent>/<entry>/<below>` for every entry; none when the parent is missing. */
export function directoriesBelow(parent, below) {
  try {
    return readdirSync(parent).map((entry) => path.join(parent, entry, below));
  } catch {
    return [];
  }
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
