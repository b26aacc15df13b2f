import { declaredExchanges, declaredQueues, parkedPolicy } from '#libs/contracts/declarations.js';
import { rightsOf } from '#libs/contracts/rights.js';
import { services, type Service } from '#libs/contracts/topology.js';
import type { Generator } from './document.js';

const vhost = '/';

interface Permission {
  readonly configure: string;
  readonly write: string;
  readonly read: string;
}

/** Matches these names and no others; the broker looks for a pattern anywhere in a name. */
const oneOf = (names: readonly string[]): string =>
  names.length === 0 ? '^$' : `^(${names.map((name) => name.replaceAll('.', '\\.')).join('|')})$`;

const permissionOf = (service: Service): Permission => {
  const { write, read } = rightsOf(service);
  return { configure: oneOf([]), write: oneOf(write), read: oneOf(read) };
};

/**
 * What the users of the release before could do, as it was: each service declared the whole topology of its time, and
 * moved messages by the default exchange.
 */
const before = {
  exchanges: 'saga\\.(commands|replies)|(orders|inventory)\\.events',
  // The exchanges before the delays have the names of their queues.
  queues:
    '(inventory|payment)\\.commands(\\.(parked|instances))?|retry\\.(10s|1m|10m)|' +
    'order-service\\.(replies|reconciliation|projections|catalogue)(\\.parked)?',
};

const whileMoving = (service: Service): Permission => {
  const { write, read } = permissionOf(service);
  return {
    configure: `^(${before.exchanges}|${before.queues})$`,
    write: `${write}|^(amq\\.default|${before.queues})$`,
    read: `${read}|^(${before.exchanges}|${before.queues})$`,
  };
};

const granted = (permission: (service: Service) => Permission) =>
  services.map((user) => ({ user, vhost, ...permission(user) }));

/** As the broker exports it; what is there already stays as it is when this is imported. */
const topology = {
  exchanges: declaredExchanges.map(({ name, type }) => ({
    name,
    vhost,
    type,
    durable: true,
    auto_delete: false,
    internal: false,
    arguments: {},
  })),
  queues: declaredQueues.map(({ name, arguments: said }) => ({
    name,
    vhost,
    durable: true,
    auto_delete: false,
    arguments: said,
  })),
  bindings: declaredQueues.flatMap(({ name, bindings }) =>
    bindings.map(({ exchange, routingKey }) => ({
      source: exchange.name,
      vhost,
      destination: name,
      destination_type: 'queue',
      routing_key: routingKey,
      arguments: {},
    })),
  ),
  policies: [{ vhost, ...parkedPolicy, 'apply-to': 'queues', priority: 0 }],
};

const sampleUser = (name: string, tags: readonly string[] = []) => ({
  name,
  password: `sample-${name}-password`,
  tags,
});

const json = (definitions: object): string => JSON.stringify(definitions, null, 2);

export const brokerDefinitions: Generator = {
  name: 'broker-definitions',
  documents: () =>
    Promise.resolve([
      {
        path: 'deploy/rabbitmq/definitions.json',
        text: json({
          users: [
            ...services.map((service) => sampleUser(service)),
            // Looks where queues have their replicas, by the management API, and touches nothing.
            sampleUser('monitoring', ['monitoring']),
            sampleUser('admin', ['administrator']),
          ],
          vhosts: [{ name: vhost }],
          permissions: [
            ...granted(permissionOf),
            { user: 'monitoring', vhost, configure: '', write: '', read: '' },
            { user: 'admin', vhost, configure: '.*', write: '.*', read: '.*' },
          ],
          ...topology,
        }),
      },
      {
        path: 'deploy/rabbitmq/rights-while-moving.json',
        text: json({ permissions: granted(whileMoving), ...topology }),
      },
    ]),
};
