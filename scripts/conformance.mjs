import { existsSync } from 'node:fs';
import { buildServices } from './lib/build.mjs';
import { checkNode } from './lib/check-node.mjs';
import { inRoot } from './lib/project.mjs';
import { readSettings } from './lib/settings.mjs';

/**
 * `npm run conformance -- --queue QUEUE ...`: looks whether a participant does its duties; `--help` says more. The test
 * itself is tools/conformance. Without --broker it uses the broker that RABBITMQ_URL names.
 */
try {
  checkNode();
  const { RABBITMQ_URL } = readSettings();
  if (RABBITMQ_URL) process.env.RABBITMQ_URL = RABBITMQ_URL;
  // Only when there is none at all: services of this directory may be running from what was built.
  if (!existsSync(inRoot('dist', 'tools', 'conformance', 'main.js'))) await buildServices();
  await import('../dist/tools/conformance/main.js');
} catch (error) {
  console.error(error.message);
  process.exitCode = 2;
}
