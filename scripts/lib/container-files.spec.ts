import { describe, expect, it } from '@jest/globals';
import { composeFaults } from './compose-faults.mjs';
import { dockerfileFaults } from './dockerfile-faults.mjs';

const exists = (file: string) => file !== 'missing';
const good = `
FROM node:24-slim AS build
COPY package.json ./
FROM node:24-slim AS service
COPY --from=build /srv/dist dist
USER node
HEALTHCHECK CMD ["node", "x"]
ENV METRICS_HOST=0.0.0.0
FROM service AS shop
ENV PORT=1 METRICS_PORT=2
CMD ["node", "main.js"]
`;

describe('faults of a Dockerfile', () => {
  const faultsAfter = (from: string, to: string) => dockerfileFaults(good.replace(from, to), { exists });

  it('are none in a good one', () => {
    expect(dockerfileFaults(good, { exists })).toEqual([]);
  });

  it.each([
    ['USER node', 'USER root', 'shop runs as root'],
    ['USER node\n', '', 'shop runs as root'],
    ['HEALTHCHECK CMD', 'LABEL x', 'shop has no HEALTHCHECK'],
    [
      'CMD ["node", "main.js"]',
      'CMD node main.js',
      'shop: CMD is not a list, so a shell would get the SIGTERM',
    ],
    [
      'ENV METRICS_HOST=0.0.0.0\n',
      '',
      'shop serves metrics to nobody outside the container: METRICS_HOST is not 0.0.0.0',
    ],
    ['node:24-slim AS build', 'node AS build', 'node has no fixed tag'],
    ['node:24-slim AS build', 'node:latest AS build', 'node:latest has no fixed tag'],
    ['COPY package.json', 'COPY missing', 'COPY missing: there is no such file'],
    ['--from=build', '--from=biuld', 'COPY --from=biuld: there is no such stage'],
  ])('%j -> %j', (from, to, fault) => {
    expect(faultsAfter(from, to)).toContain(fault);
  });
});

describe('faults of a compose file', () => {
  const service = { build: { target: 'shop' }, environment: { PORT: '1' }, ports: ['127.0.0.1:1:1'] };
  const faultsOf = (changed: object) =>
    composeFaults(
      { services: { shop: { ...service, ...changed } }, volumes: { data: null } },
      { exists, dockerfile: good, known: new Set(['PORT']) },
    );

  it('are none in a good one', () => {
    expect(faultsOf({ volumes: ['data:/data', './deploy:/deploy:ro'] })).toEqual([]);
  });

  it.each([
    [{ build: { target: 'shpo' } }, 'there is no stage shpo in the Dockerfile'],
    [{ build: undefined, image: 'mysql:8.4' }, 'has no health check'],
    [{ build: undefined, image: 'mysql:latest', healthcheck: {} }, 'mysql:latest has no fixed tag'],
    [{ ports: ['8080:8080'] }, 'port 8080:8080 is open to the network'],
    [{ volumes: ['dta:/data'] }, 'volume dta does not exist'],
    [{ depends_on: { shop: { condition: 'service_started' } } }, 'does not wait until shop is healthy'],
    [{ environment: { PROT: '1' } }, 'PROT is not a setting that any service reads'],
  ])('%j', (changed, fault) => {
    expect(faultsOf(changed)).toEqual([`shop: ${fault}`]);
  });
});
