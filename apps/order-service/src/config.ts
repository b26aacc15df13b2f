import { z } from 'zod';
import { databaseUrl, readEnvironment, serviceEnvironment } from '#libs/config/service-environment.js';

const roles = ['api', 'worker'] as const;

/** Everything that can be set from outside. docs/configuration.md and .env.example are made from it. */
export const configSchema = z.object({
  ...serviceEnvironment({ database: 'orders', port: 8080, metricsPort: 9464 }),
  READ_DATABASE_URL: databaseUrl('orders_read', 'The read models; may be on another server.'),
  ROLES: z
    .string()
    .default('api,worker')
    .transform((list) => list.split(',').map((role) => role.trim()))
    .pipe(z.array(z.enum(roles)).min(1))
    .describe('What this process does: api (HTTP), worker (sagas and projections), or both.'),
});

export type Config = z.output<typeof configSchema>;

/** @throws Error that names every setting that is missing or wrong. */
export const loadConfig = (environment: NodeJS.ProcessEnv): Config =>
  readEnvironment(configSchema, environment, ['DELIVER_TWICE']);
