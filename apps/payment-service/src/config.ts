import { z } from 'zod';
import { senderEnvironment } from '#libs/messaging';
import { flag, readEnvironment, serviceEnvironment, whole } from '#libs/service';

/** Everything that can be set from outside. docs/configuration.md and .env.example are made from it. */
export const configSchema = z.object({
  ...serviceEnvironment({ database: 'payments', port: 8082, metricsPort: 9466 }),
  ...senderEnvironment,
  PAYMENT_PROVIDER: z.enum(['sandbox']).default('sandbox').describe('Who moves the money.'),
  ALLOW_SANDBOX_PROVIDER: flag(false).describe(
    'Lets the sandbox provider, which moves no money, run in production.',
  ),
  PROVIDER_TIMEOUT_SECONDS: z.coerce
    .number()
    .positive()
    .max(60)
    .default(5)
    .describe('How long a call to the provider may take; then it is asked what it holds.'),
  PROVIDER_CONCURRENCY: whole(1, 10_000)
    .default(400)
    .describe('Most charges under way at the provider at once, per process.'),
});

export type Config = z.output<typeof configSchema>;

/** @throws Error that names every setting that is missing, wrong, or not for production. */
export function loadConfig(environment: NodeJS.ProcessEnv): Config {
  const config = readEnvironment(configSchema, environment, ['DELIVER_TWICE', 'RETENTION_TIME_SCALE']);
  if (config.NODE_ENV === 'production' && !config.ALLOW_SANDBOX_PROVIDER) {
    throw new Error(
      'PAYMENT_PROVIDER=sandbox is refused in production: it confirms orders and moves no money. ' +
        'Set ALLOW_SANDBOX_PROVIDER=true if that is meant.',
    );
  }
  return config;
}
