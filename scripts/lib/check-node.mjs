import { readFileSync } from 'node:fs';
import { inRoot } from './project.mjs';

/** Throws when this Node is older than package.json asks for. */
export function checkNode(version = process.versions.node) {
  const { engines } = JSON.parse(readFileSync(inRoot('package.json'), 'utf8'));
  const needed = engines.node.replace('>=', '');
  if (compare(version, needed) < 0) {
    throw new Error(
      `Node ${needed} or newer is needed, this is ${version}. See https://nodejs.org/en/download`,
    );
  }
  return version;
}

function compare(left, right) {
  const [a, b] = [left, right].map((version) => version.split('.').map(Number));
  return a[0] - b[0] || a[1] - b[1] || (a[2] ?? 0) - (b[2] ?? 0);
}
