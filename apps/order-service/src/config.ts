import { z } from 'zod';
import { senderEnvironment } from '#libs/messaging';
import {
  cursorEnvironment,
  databaseUrl,
  flag,
  migrationUrl,
  readEnvironment,
  serviceEnvironment,
  whole,
  withCursorSecret,
} from '#libs/service';

const roles = ['api', 'worker', 'ops'] as const;

/** Everything that can be set from outside. docs/configuration.md and .env.example are made from it. */
export const configSchema = z.object({
  ...serviceEnvironment({ database: 'orders', port: 8080, metricsPort: 9464 }),
  ...senderEnvironment,
  READ_DATABASE_URL: databaseUrl('orders_read', 'The read models; may be on another server.'),
  MIGRATION_READ_DATABASE_URL: migrationUrl('READ_DATABASE_URL', 'orders_read'),
  ORDERS_AT_ONCE_MAX: whole(1, 100_000)
    .default(1_000)
    .describe(
      'Most new orders under way, from request to commit, a tenth of one customer; further ones: 503, or 429.',
    ),
  ROLES: z
    .string()
    .default('api,worker,ops')
    .transform((list) => list.split(',').map((role) => role.trim()))
    .pipe(z.array(z.enum(roles)).min(1))
    .describe(
      'What this process does: api (orders over HTTP), worker (sagas, projections), ops (operators).',
    ),
  OPS_APART: flag(false).describe(
    'Others have the role ops: this process, without it, leaves operators to them.',
  ),
  COLLECT_PARKED: flag(true).describe(
    'Bring parked messages of all queues into the database, with the role ops.',
  ),
  RECONCILE_EVERY_HOURS: whole(0, 8_760)
    .default(24)
    .describe('How often orders are compared with what participants have; 0: on demand only.'),
  RECONCILE_QUIET_SECONDS: whole(0, 86_400)
    .default(300)
    .describe('Orders that changed so shortly before a reconciliation are left for the next one.'),
  VIEW_SWEEP_EVERY_SECONDS: whole(0, 86_400)
    .default(60)
    .describe(
      'How often views of orders that have changed are compared with the orders; 0: never, nor any other.',
    ),
  VIEW_SWEEP_ALL_EVERY_HOURS: whole(1, 8_760).default(24).describe('How often the views of all orders are.'),
  VIEW_SWEEP_QUIET_SECONDS: whole(0, 86_400)
    .default(300)
    .describe(
      'Orders that changed so shortly before are left for the next time: their events are on their way.',
    ),
  SAGA_TIME_SCALE: whole(1, 1_000)
    .default(1)
    .describe(
      'Divides how long sagas wait for answers. For tests of what takes many minutes; refused in production.',
    ),
  IDEMPOTENCY_KEEP_HOURS: whole(24, 8_760)
    .default(24)
    .describe('How long the same Idempotency-Key gets the same answer. Least: 24.'),
  SAGA_KEEP_DAYS: whole(30, 3_650)
    .default(90)
    .describe(
      'How long sagas and their timelines stay when they are over, and with them their order. Least: 30.',
    ),
  PARKED_KEEP_DAYS: whole(7, 3_650)
    .default(30)
    .describe('How long parked messages stay when they have been redriven or discarded. Least: 7.'),
  JOB_KEEP_DAYS: whole(7, 3_650)
    .default(30)
    .describe('How long jobs of operators stay when they are finished. Least: 7.'),
  RECONCILIATION_KEEP_DAYS: whole(30, 3_650)
    .default(90)
    .describe('How long reconciliations stay, and findings that are so no more. Least: 30.'),
  ...cursorEnvironment,
});

export interface Config extends z.output<typeof configSchema> {
  readonly CURSOR_SECRET: string;
}

/** What a process does. */
export interface Duties {
  /** Serves the shop. */
  readonly api: boolean;
  /** Carries orders on: replies, deadlines, projections. */
  readonly worker: boolean;
  readonly operatorApi: boolean;
  /** Does for operators what takes long or comes round by itself. */
  readonly operatorJobs: boolean;
}

type Roles = Pick<Config, 'ROLES' | 'OPS_APART'>;

/** Before there was the role ops, api and worker did its part, and so they do until the next release if nothing is said. */
const doAsBefore = ({ ROLES, OPS_APART }: Roles): boolean => !ROLES.includes('ops') && !OPS_APART;

export function dutiesOf(config: Roles): Duties {
  const [api, worker, ops] = roles.map((role) => config.ROLES.includes(role)) as [boolean, boolean, boolean];
  const asBefore = doAsBefore(config);
  return {
    api,
    worker,
    operatorApi: ops || (api && asBefore),
    operatorJobs: ops || (worker && asBefore),
  };
}

/** What whoever runs the service should change, though it works for now. */
export const warningsOf = (config: Roles): string[] =>
  doAsBefore(config)
    ? [
        `ROLES=${config.ROLES.join(',')} is without ops, and this process does its part of that all the same. ` +
          'The next release will not: add ops to ROLES, or set OPS_APART=true where other processes have it.',
      ]
    : [];

/** @throws Error that names every setting that is missing or wrong. */
export function loadConfig(environment: NodeJS.ProcessEnv): Config {
  const config = readEnvironment(configSchema, environment, [
    'DELIVER_TWICE',
    'RETENTION_TIME_SCALE',
    'SAGA_TIME_SCALE',
  ]);
  return withCursorSecret(config);
}
