import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { dataDirectory } from './project.mjs';
import { identify, isRunning } from './process-identity.mjs';

const file = path.join(dataDirectory, 'stack.json');

/** Leaves word, for the tools of this checkout, of how to reach what `npm start` has started. */
export function announceStack(environment) {
  writeFileSync(`${file}.new`, JSON.stringify({ process: identify(process.pid), environment }, null, 2), {
    mode: 0o600,
  });
  renameSync(`${file}.new`, file);
  return () => rmSync(file, { force: true });
}

/** @returns {Record<string, string> | null} how to reach the stack of `npm start`; null when there is none */
export function runningStack() {
  try {
    const { process: process_, environment } = JSON.parse(readFileSync(file, 'utf8'));
    return isRunning(process_) ? environment : null;
  } catch {
    return null;
  }
}
