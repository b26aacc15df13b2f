import { runInventory } from './inventory.js';
import { runOrder } from './order.js';
import { runPayment } from './payment.js';

/**
 * One process of the floor: `node dist/bench/floor/main.js order|inventory|payment`. The floor does the durable steps of
 * an order that goes well, and nothing else: no checks, no retries, no framework. It says what the machine allows.
 */
const variable = (name: string): string => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
};

const [role] = process.argv.slice(2);
const databaseUrl = variable('DATABASE_URL');
const brokerUrl = variable('RABBITMQ_URL');

if (role === 'inventory') await runInventory(databaseUrl, brokerUrl);
else if (role === 'payment') await runPayment(databaseUrl, brokerUrl);
else if (role === 'order') {
  const readDatabaseUrl = variable('READ_DATABASE_URL');
  await runOrder({ databaseUrl, readDatabaseUrl, brokerUrl, port: Number(variable('PORT')) });
} else throw new Error('say which process: order, inventory or payment');
process.send?.('ready');
