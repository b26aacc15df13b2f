import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { buildServices } from './lib/build.mjs';
import { checkNode } from './lib/check-node.mjs';
import { inRoot } from './lib/project.mjs';

/**
 * `npm run kit -- FOLDER`: writes into an empty folder all that somebody needs to write a participant: the page, schemas,
 * golden messages, AsyncAPI, topology, examples, and the conformance test and the stand-in, ready to run. Nothing in it
 * is written for it; all is copied from where it is kept, so that it cannot say anything else.
 */
const documents = {
  'docs/participants.md': 'README.md',
  'docs/asyncapi.yaml': 'asyncapi.yaml',
  'docs/envelope.json': 'envelope.json',
  'docs/topology.md': 'topology.md',
  'docs/schemas': 'schemas',
  'libs/contracts/inventory/golden': 'messages/inventory',
  'libs/contracts/payment/golden': 'messages/payment',
  'kit/examples': 'examples',
  LICENSE: 'LICENSE',
};

/** What the two tools consist of; their imports are checked by .dependency-cruiser.mjs. */
const built = [
  'tools/conformance',
  'tools/stand-in',
  'libs/contracts',
  'libs/kernel',
  'libs/saga',
  'apps/order-service/src/sagas/place-order.saga.js',
  'apps/order-service/src/sagas/participants',
];
const packages = ['amqplib', 'uuid', 'zod'];

try {
  checkNode();
  const [folder, ...more] = process.argv.slice(2);
  if (!folder || more.length > 0) throw new Error('Usage: npm run kit -- FOLDER');
  const target = path.resolve(folder);
  if (existsSync(target) && readdirSync(target).length > 0) throw new Error(`${target} is not empty.`);
  await buildServices();
  mkdirSync(target, { recursive: true });
  for (const [from, to] of Object.entries(documents))
    cpSync(inRoot(from), path.join(target, to), { recursive: true });
  for (const place of built)
    cpSync(inRoot('dist', place), path.join(target, 'dist', place), { recursive: true, filter: isNeeded });
  writeFileSync(path.join(target, 'package.json'), `${JSON.stringify(manifest(), null, 2)}\n`);
  const page = path.join(target, 'README.md');
  writeFileSync(page, withLinksMoved(readFileSync(page, 'utf8')));
  console.log(
    `Written to ${target}. There, \`npm install\` makes \`npm run conformance\` and \`npm run stand-in\` work.`,
  );
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

function isNeeded(file) {
  return !file.endsWith('.map') && !file.includes(`${path.sep}testing`) && path.basename(file) !== 'golden';
}

function manifest() {
  const { version, license, engines, dependencies } = JSON.parse(
    readFileSync(inRoot('package.json'), 'utf8'),
  );
  return {
    name: 'participant-kit',
    version,
    license,
    private: true,
    type: 'module',
    engines,
    scripts: {
      conformance: 'node dist/tools/conformance/main.js',
      'stand-in': 'node dist/tools/stand-in/main.js',
    },
    dependencies: Object.fromEntries(packages.map((name) => [name, dependencies[name]])),
    imports: { '#libs/*.js': './dist/libs/*.js', '#libs/*': './dist/libs/*/index.js' },
  };
}

/** Links lead to where things are in the folder. */
function withLinksMoved(text) {
  return Object.entries(documents).reduce(
    (page, [from, to]) => page.replaceAll(`](../${from}`, `](${to}`),
    text,
  );
}
