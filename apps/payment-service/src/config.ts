import { z } from 'zod';
import { jwtEnvironment } from '#libs/auth/jwt-config.js';

const flag = z.enum(['true', 'false']);
const port = z.coerce.number().int().min(0).max(65_535);
const whole = (least: number, most: number) => z.coerce.number().int().min(least).max(most);
const on = (text: 'true' | 'false'): boolean => text === 'true';

/** Everything that can be set from outside. docs/configuration.md and .env.example are made from it. */
export const configSchema = z.object({
  NODE_ENV: z
    .enum(['development', 'test', 'production'])
    .default('development')
    .describe('In production nothing is seeded and sample secrets are refused.'),
  PORT: port.default(8082).describe('HTTP API and health.'),
  METRICS_PORT: port.default(9466).describe('Prometheus metrics at /metrics, and nothing else.'),
  DATABASE_URL: z.url({ protocol: /^(mysql|mariadb)$/ }).meta({
    description: "This service's own database on a MySQL or MariaDB server.",
    examples: ['mysql://payments:secret@localhost:3306/payments'],
  }),
  RABBITMQ_URL: z.url({ protocol: /^amqps?$/ }).meta({
    description: 'The broker, with the virtual host as path.',
    examples: ['amqp://payments:secret@localhost:5672/shop'],
  }),
  ...jwtEnvironment,
  PAYMENT_PROVIDER: z.enum(['sandbox']).default('sandbox').describe('Who moves the money.'),
  ALLOW_SANDBOX_PROVIDER: flag
    .default('false')
    .describe('Lets the sandbox provider, which moves no money, run in production.'),
  PROVIDER_TIMEOUT_SECONDS: z.coerce
    .number()
    .positive()
    .max(60)
    .default(5)
    .describe('How long a call to the provider may take; then it is asked what it holds.'),
  PROVIDER_CONCURRENCY: whole(1, 10_000)
    .default(400)
    .describe('Most charges under way at the provider at once, per process.'),
  LOG_LEVEL: z
    .enum(['error', 'warn', 'info', 'debug', 'silly'])
    .default('info')
    .describe('The least severe lines that are written.'),
  GROUP_SIZE_MAX: whole(1, 1_000)
    .default(200)
    .describe('Most units of work that share a transaction; 1 switches group commit off.'),
  DATABASE_POOL_SIZE: whole(1, 100).default(10).describe('Most connections to the database.'),
  SHUTDOWN_SECONDS: whole(1, 300).default(25).describe('How long to finish what is in hand after SIGTERM.'),
  RUN_MIGRATIONS: flag.default('true').describe('Bring the database up to date at start, under a lock.'),
});

export interface Config extends Omit<
  z.infer<typeof configSchema>,
  'RUN_MIGRATIONS' | 'ALLOW_SANDBOX_PROVIDER'
> {
  readonly RUN_MIGRATIONS: boolean;
}

/** @throws Error that names every setting that is missing or wrong. */
export function loadConfig(environment: NodeJS.ProcessEnv): Config {
  // What is set to nothing in a file or a manifest is meant as not set.
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const { data, error } = configSchema.safeParse(given);
  if (error) throw new Error(`the environment is not usable:\n${z.prettifyError(error)}`);
  const { ALLOW_SANDBOX_PROVIDER, RUN_MIGRATIONS, ...config } = data;
  if (config.NODE_ENV === 'production' && !on(ALLOW_SANDBOX_PROVIDER)) {
    throw new Error(
      'PAYMENT_PROVIDER=sandbox is refused in production: it confirms orders and moves no money. ' +
        'Set ALLOW_SANDBOX_PROVIDER=true if that is meant.',
    );
  }
  return { ...config, RUN_MIGRATIONS: on(RUN_MIGRATIONS) };
}
