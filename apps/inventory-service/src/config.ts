import { z } from 'zod';
import { senderEnvironment } from '#libs/messaging';
import {
  cursorEnvironment,
  flag,
  readEnvironment,
  serviceEnvironment,
  whole,
  withCursorSecret,
} from '#libs/service';

/** Everything that can be set from outside. docs/configuration.md and .env.example are made from it. */
export const configSchema = z.object({
  ...serviceEnvironment({ database: 'inventory', port: 8081, metricsPort: 9465 }),
  ...senderEnvironment,
  ANNOUNCE_AGAIN_EVERY_MINUTES: whole(0, 10_080)
    .default(60)
    .describe('How often all products are announced as they stand, for who has missed a change; 0: never.'),
  SEED_DEMO: flag(false).describe('Create the demo catalogue at start. Refused in production.'),
  ...cursorEnvironment,
});

export interface Config extends z.output<typeof configSchema> {
  readonly CURSOR_SECRET: string;
}

/** @throws Error that names every setting that is missing, wrong, or not for production. */
export const loadConfig = (environment: NodeJS.ProcessEnv): Config =>
  withCursorSecret(
    readEnvironment(configSchema, environment, ['DELIVER_TWICE', 'RETENTION_TIME_SCALE', 'SEED_DEMO']),
  );
