import { existsSync } from 'node:fs';
import os from 'node:os';
import { buildServices } from './lib/build.mjs';
import { checkNode } from './lib/check-node.mjs';
import { signToken } from './lib/jwt.mjs';
import { inRoot } from './lib/project.mjs';
import { runningStack } from './lib/running-stack.mjs';
import { readSettings } from './lib/settings.mjs';

/**
 * `npm run ops -- GROUP VERB ...`: talks to ORDER_URL as OPS_TOKEN says; without them, to what `npm start` of this
 * directory runs, as an operator with the name of whoever is logged in. The commands are in tools/ops.
 */
try {
  checkNode();
  Object.assign(process.env, target());
  // Only when there is none at all: services of this directory may be running from what was built.
  if (!existsSync(inRoot('dist', 'tools', 'ops', 'main.js'))) await buildServices();
  await import('../dist/tools/ops/main.js');
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

/** @returns {{ ORDER_URL: string, OPS_TOKEN: string }} */
function target() {
  const { ORDER_URL, OPS_TOKEN } = readSettings();
  if (ORDER_URL && OPS_TOKEN) return { ORDER_URL, OPS_TOKEN };
  if (ORDER_URL) throw new Error('ORDER_URL is set, OPS_TOKEN is not: who are you?');
  const running = runningStack();
  if (!running) throw new Error('npm start is not running here. Start it, or set ORDER_URL and OPS_TOKEN.');
  if (OPS_TOKEN) return { ORDER_URL: running.ORDER_URL, OPS_TOKEN };
  if (!running.JWT_SECRET) throw new Error('Tokens come from elsewhere here: set OPS_TOKEN.');
  return {
    ORDER_URL: running.ORDER_URL,
    OPS_TOKEN: signToken({
      subject: os.userInfo().username.slice(0, 64),
      roles: ['operator'],
      secret: running.JWT_SECRET,
      issuer: running.JWT_ISSUER,
      audience: running.JWT_AUDIENCE,
      seconds: 3600,
    }),
  };
}
