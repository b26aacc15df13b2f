import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { buildServices } from './build.mjs';
import { checkNode } from './check-node.mjs';
import { inRoot } from './project.mjs';
import { readSettings } from './settings.mjs';

/**
 * Runs a tool of tools/ that needs a broker and nothing else: the one that RABBITMQ_URL names, unless its own options
 * name another.
 *
 * @param {string} name its folder
 */
export async function runBrokerTool(name) {
  try {
    checkNode();
    const { RABBITMQ_URL } = readSettings();
    if (RABBITMQ_URL) process.env.RABBITMQ_URL = RABBITMQ_URL;
    const main = inRoot('dist', 'tools', name, 'main.js');
    // Only when there is none at all: services of this directory may be running from what was built.
    if (!existsSync(main)) await buildServices();
    await import(pathToFileURL(main).href);
  } catch (error) {
    console.error(error.message);
    process.exitCode = 2;
  }
}
