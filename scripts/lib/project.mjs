import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the checkout is, whatever directory a script was called from. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

/** Everything that is made at run time: servers' data, secrets, logs. Never committed, kept over restarts. */
export const dataDirectory = path.join(root, '.data');

/** @param {...string} parts */
export const inRoot = (...parts) => path.join(root, ...parts);

/**
 * The three processes, with the settings' names that place them. Ports are defaults: another one is taken when a default
 * is in use, and a setting is binding.
 */
export const services = [
  {
    name: 'order-service',
    port: { setting: 'PORT', fallback: 8080 },
    metricsPort: { setting: 'METRICS_PORT', fallback: 9464 },
  },
  {
    name: 'inventory-service',
    port: { setting: 'INVENTORY_PORT', fallback: 8081 },
    metricsPort: { setting: 'INVENTORY_METRICS_PORT', fallback: 9465 },
  },
  {
    name: 'payment-service',
    port: { setting: 'PAYMENT_PORT', fallback: 8082 },
    metricsPort: { setting: 'PAYMENT_METRICS_PORT', fallback: 9466 },
  },
];

/** Who can be left to a program of somebody else, with the queue that it reads. libs/contracts/topology.ts has the rest. */
export const participants = {
  inventory: { service: 'inventory-service', queue: 'inventory.commands' },
  payment: { service: 'payment-service', queue: 'payment.commands' },
};

/** The entry file of a service, as built. */
export const entryOf = (name) => inRoot('dist', 'apps', name, 'src', 'main.js');
