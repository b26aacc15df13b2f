import { existsSync, readFileSync } from 'node:fs';
import yaml from 'yaml';
import { dockerfileFaults } from './lib/dockerfile-faults.mjs';
import { composeFaults } from './lib/compose-faults.mjs';
import { inRoot } from './lib/project.mjs';

/** `npm run lint:container`: what can be said of Dockerfile and docker-compose.yml without an engine. */
const read = (file) => readFileSync(inRoot(file), 'utf8');
const exists = (file) => existsSync(inRoot(file));

const dockerfile = read('Dockerfile');
const known = new Set([...read('.env.example').matchAll(/^#? ?([A-Z][A-Z_]*)=/gm)].map(([, name]) => name));
const compose = yaml.parse(read('docker-compose.yml'), { merge: true });
JSON.parse(read('deploy/rabbitmq/definitions.json'));

const faults = [
  ...dockerfileFaults(dockerfile, { exists }).map((fault) => `Dockerfile: ${fault}`),
  ...composeFaults(compose, { exists, dockerfile, known }).map((fault) => `docker-compose.yml: ${fault}`),
];
for (const fault of faults) console.log(fault);
process.exitCode = faults.length === 0 ? 0 : 1;
