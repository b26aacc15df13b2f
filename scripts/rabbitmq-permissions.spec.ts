import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { declaredExchanges, declaredQueues } from '#libs/contracts/declarations.js';
import { exchanges, type Service } from '#libs/contracts/topology.js';

interface Permission {
  readonly user: string;
  readonly configure: string;
  readonly write: string;
  readonly read: string;
}

const file = new URL('../deploy/rabbitmq/definitions.json', import.meta.url);
const { permissions } = JSON.parse(readFileSync(file, 'utf8')) as { permissions: Permission[] };

const permissionOf = (user: Service): Permission => {
  const found = permissions.find((permission) => permission.user === user);
  if (!found) throw new Error(`${user} has no permissions`);
  return found;
};

const own: Readonly<Record<Service, readonly string[]>> = {
  'order-service': [exchanges.commands.name, exchanges.orderEvents.name],
  'inventory-service': [exchanges.replies.name, exchanges.inventoryEvents.name],
  'payment-service': [exchanges.replies.name],
};

describe.each(Object.keys(own) as Service[])("%s's rights at the broker", (service) => {
  const { configure, write, read } = permissionOf(service);

  it('let it write to its own exchanges and to no other of the contracts', () => {
    const writable = Object.values(exchanges)
      .map(({ name }) => name)
      .filter((name) => new RegExp(write).test(name));
    expect(writable.sort()).toEqual([...own[service]].sort());
  });

  it('let it declare the whole topology, as whoever starts first does', () => {
    for (const { name } of [...declaredExchanges, ...declaredQueues]) {
      expect([name, new RegExp(configure).test(name), new RegExp(read).test(name)]).toEqual([
        name,
        true,
        true,
      ]);
    }
    // Binding a queue counts as writing to it.
    for (const { name } of declaredQueues) expect([name, new RegExp(write).test(name)]).toEqual([name, true]);
  });

  it('end at the topology', () => {
    expect(new RegExp(configure).test('somebody-elses')).toBe(false);
    expect(new RegExp(write).test('somebody-elses')).toBe(false);
  });
});
