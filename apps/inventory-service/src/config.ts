import { z } from 'zod';
import { flag, readEnvironment, serviceEnvironment, whole } from '#libs/service';

/** Everything that can be set from outside. docs/configuration.md and .env.example are made from it. */
export const configSchema = z.object({
  ...serviceEnvironment({ database: 'inventory', port: 8081, metricsPort: 9465 }),
  ANNOUNCE_AGAIN_EVERY_MINUTES: whole(0, 10_080)
    .default(60)
    .describe('How often all products are announced as they stand, for who has missed a change; 0: never.'),
  SEED_DEMO: flag(false).describe('Create the demo catalogue at start. Refused in production.'),
});

export type Config = z.output<typeof configSchema>;

/** @throws Error that names every setting that is missing, wrong, or not for production. */
export const loadConfig = (environment: NodeJS.ProcessEnv): Config =>
  readEnvironment(configSchema, environment, ['DELIVER_TWICE', 'RETENTION_TIME_SCALE', 'SEED_DEMO']);
