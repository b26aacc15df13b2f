import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { declaredExchanges, declaredQueues } from '#libs/contracts/declarations.js';
import { rightsOf } from '#libs/contracts/rights.js';
import { exchanges, queues, services, type Service, type WorkQueue } from '#libs/contracts/topology.js';

interface Permission {
  readonly user: string;
  readonly configure: string;
  readonly write: string;
  readonly read: string;
}

const permissionsIn = (name: string): Permission[] => {
  const file = new URL(`../deploy/rabbitmq/${name}.json`, import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { permissions: Permission[] }).permissions;
};

const permissionOf = (name: string, service: Service): Permission => {
  const found = permissionsIn(name).find(({ user }) => user === service);
  if (!found) throw new Error(`${service} has no permissions in ${name}.json`);
  return found;
};

/** Of the release before: a delay was everybody's, and its exchange had the name of its queue. */
const formerDelays = ['retry.10s', 'retry.1m', 'retry.10m'];
const names = [...new Set([...declaredExchanges, ...declaredQueues].map(({ name }) => name))];
const lookalikes = names.flatMap((name) => [`x${name}`, `${name}x`, name.replace('.', '-')]);
const all = [...names, ...formerDelays, ...lookalikes, 'amq.default', 'amq.topic', '', 'somebody-elses'];

/** As the broker reads it: found anywhere in the name. */
const matching = (pattern: string): string[] => all.filter((name) => new RegExp(pattern).test(name)).sort();

// That a broker does with them what is meant is seen in test/integration/messaging/rights.int-spec.ts.
describe.each(services)("%s's rights", (service) => {
  const { write, read } = rightsOf(service);

  it('are those of its exchanges and queues, and nothing to configure', () => {
    const permission = permissionOf('definitions', service);
    expect(matching(permission.configure)).toEqual(['']);
    expect(matching(permission.write)).toEqual([...write].sort());
    expect(matching(permission.read)).toEqual([...read].sort());
  });

  it('are, while a release is rolled out, also those of the release before, and no exchange of others', () => {
    const permission = permissionOf('rights-while-moving', service);
    const work = Object.values<WorkQueue>(queues).flatMap(({ name, forParticipant }) => [
      name,
      `${name}.parked`,
      ...(forParticipant ? [`${name}.instances`] : []),
    ]);
    const sentTo = Object.values(exchanges).map(({ name }) => name);
    const former = [...work, ...formerDelays];
    const sorted = (...those: readonly string[]): string[] => [...new Set(those)].sort();
    expect(matching(permission.configure)).toEqual(sorted(...former, ...sentTo));
    expect(matching(permission.write)).toEqual(sorted(...former, ...write, 'amq.default'));
    expect(matching(permission.read)).toEqual(sorted(...former, ...sentTo, ...read));
  });
});

it('nobody else is named, but for who looks on and the administrator', () => {
  expect(permissionsIn('definitions').map(({ user }) => user)).toEqual([...services, 'monitoring', 'admin']);
  expect(permissionsIn('rights-while-moving').map(({ user }) => user)).toEqual([...services]);
});
