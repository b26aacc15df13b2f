import { existsSync, readFileSync } from 'node:fs';
import util from 'node:util';
import { inRoot } from './project.mjs';

/**
 * The environment with `.env` below it: what is set in both comes from the environment. An empty value counts as not
 * set, as it does in the services.
 *
 * @returns {Record<string, string>}
 */
export function readSettings(env = process.env, file = inRoot('.env')) {
  const fromFile = existsSync(file) ? util.parseEnv(readFileSync(file, 'utf8')) : {};
  const given = Object.entries(env).filter(([, value]) => value !== undefined && value !== '');
  return Object.fromEntries([...Object.entries(fromFile).filter(([, value]) => value !== ''), ...given]);
}

/** Nothing is made up in production: no server, no secret, no demonstration data. */
export const isProduction = (settings) => settings.NODE_ENV === 'production';
