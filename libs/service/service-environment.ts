import { z } from 'zod';
import { jwtEnvironment } from '#libs/auth/jwt-config.js';
import { readBrokerUrl, readDatabaseUrl, readManagementUrl, type Protection } from '#libs/servers';

/** "true" or "false", as a boolean. */
export const flag = (byDefault: boolean) =>
  z
    .enum(['true', 'false'])
    .default(byDefault ? 'true' : 'false')
    .transform((text) => text === 'true');

export const whole = (least: number, most: number) => z.coerce.number().int().min(least).max(most);

const port = whole(0, 65_535);

/** Text that `read` can read; what it throws says what is wrong. */
const readable = (read: (text: string) => unknown) =>
  z.string().superRefine((text, context) => {
    try {
      read(text);
    } catch (error) {
      context.addIssue({
        code: 'custom',
        message: error instanceof Error ? error.message : 'cannot be read',
      });
    }
  });

export const databaseUrl = (database: string, description: string) =>
  readable(readDatabaseUrl).meta({
    description: `${description} Several hosts, with commas between: the first that takes writes. TLS by ssl-mode and ssl-ca.`,
    examples: [`mysql://${database}:secret@localhost:3306/${database}`],
  });

/** For {@link databaseUrl} of the name `of`: the same database, with another user. */
export const migrationUrl = (of: string, database: string) =>
  readable(readDatabaseUrl)
    .optional()
    .meta({
      description: `For migrations: ${of} with a user who may change tables. Default: ${of}.`,
      examples: [`mysql://${database}_migrations:secret@localhost:3306/${database}`],
    });

/** How the connections of the settings that name servers are protected. */
const protectionOf: Readonly<Record<string, (text: string) => { readonly protection: Protection }>> = {
  DATABASE_URL: readDatabaseUrl,
  READ_DATABASE_URL: readDatabaseUrl,
  MIGRATION_DATABASE_URL: readDatabaseUrl,
  MIGRATION_READ_DATABASE_URL: readDatabaseUrl,
  RABBITMQ_URL: readBrokerUrl,
  RABBITMQ_MANAGEMENT_URL: readManagementUrl,
};

export interface ServiceDefaults {
  /** Name of the service's database, and of its user in the samples. */
  readonly database: string;
  readonly port: number;
  readonly metricsPort: number;
}

/** What every service of the project can be told from outside; each adds its own. */
export const serviceEnvironment = ({ database, port: httpPort, metricsPort }: ServiceDefaults) => ({
  NODE_ENV: z
    .enum(['development', 'test', 'production'])
    .default('development')
    .describe('In production nothing is seeded and sample secrets are refused.'),
  PORT: port.default(httpPort).describe('HTTP API and health.'),
  METRICS_PORT: port.default(metricsPort).describe('Prometheus metrics at /metrics, and nothing else.'),
  METRICS_HOST: z
    .string()
    .default('127.0.0.1')
    .describe(
      'The address that metrics are served on: by default to this machine only; 0.0.0.0: to whoever reaches it.',
    ),
  METRICS_REFRESH_SECONDS: whole(1, 60)
    .default(15)
    .describe('How often gauges that show a database are looked up; a scrape asks it nothing.'),
  DATABASE_URL: databaseUrl(database, "This service's own database on a MySQL or MariaDB server."),
  MIGRATION_DATABASE_URL: migrationUrl('DATABASE_URL', database),
  RABBITMQ_URL: readable(readBrokerUrl).meta({
    description:
      'The broker, with the virtual host as path. Several hosts, with commas between, are tried in turn. amqps for TLS, with cacertfile.',
    examples: [`amqp://${database}:secret@localhost:5672/shop`],
  }),
  RABBITMQ_HEARTBEAT_SECONDS: whole(1, 60)
    .default(10)
    .describe('A broker that says nothing for twice as long is given up.'),
  RABBITMQ_MANAGEMENT_URL: readable(readManagementUrl)
    .optional()
    .meta({
      description:
        "The broker's management API, with a user tagged monitoring: whether queues have their replicas. Several hosts, as above. https for TLS.",
      examples: ['http://monitoring:secret@localhost:15672'],
    }),
  ALLOW_UNVERIFIED_CONNECTIONS: flag(false).describe(
    'In production: connections to the database and the broker may be without TLS, or without a check of the certificate.',
  ),
  ...jwtEnvironment,
  LOG_LEVEL: z
    .enum(['error', 'warn', 'info', 'debug', 'silly'])
    .default('info')
    .describe('The least severe lines that are written.'),
  GROUP_SIZE_MAX: whole(1, 1_000)
    .default(200)
    .describe('Most units of work that share a transaction; 1 switches group commit off.'),
  DATABASE_POOL_SIZE: whole(2, 100).default(10).describe('Most connections to the database.'),
  SHUTDOWN_SECONDS: whole(1, 300).default(25).describe('How long to finish what is in hand after SIGTERM.'),
  RUN_MIGRATIONS: flag(true).describe('Bring the database up to date at start, under a lock.'),
  INBOX_KEEP_DAYS: whole(7, 3_650)
    .default(7)
    .describe('How long it is known which messages came, so that a copy has no effect. Least: 7.'),
  HOUSEKEEPING_EVERY_MINUTES: whole(1, 1_440)
    .default(10)
    .describe('How often rows are looked for that nobody needs any more.'),
  RETENTION_TIME_SCALE: whole(1, 10_000_000)
    .default(1)
    .describe('Divides how long rows are kept, and how often is looked. For tests; refused in production.'),
  DELIVER_TWICE: flag(false).describe(
    'Handle every incoming message twice. For tests; refused in production.',
  ),
});

/** What {@link serviceEnvironment} comes to. */
export type ServiceEnvironment = z.output<z.ZodObject<ReturnType<typeof serviceEnvironment>>>;

/**
 * The environment as a service's schema has it.
 * @param byDefaultInProduction settings for tests: in production they must have their default values
 * @throws Error that names every setting that is missing, wrong, or not for production.
 */
export function readEnvironment<Schema extends z.ZodObject>(
  schema: Schema,
  environment: NodeJS.ProcessEnv,
  byDefaultInProduction: readonly (keyof z.output<Schema> & string)[] = [],
): z.output<Schema> {
  // What is set to nothing in a file or a manifest is meant as not set.
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const { data, error } = schema.safeParse(given);
  if (error) throw new Error(`the environment is not usable:\n${z.prettifyError(error)}`);
  const values: Record<string, unknown> = data;
  const shape = schema.shape as Readonly<Record<string, z.ZodType>>;
  const refused = byDefaultInProduction.filter((name) => values[name] !== shape[name]?.parse(undefined));
  if (values['NODE_ENV'] === 'production' && refused.length > 0) {
    throw new Error(`not in production: ${refused.join(', ')}`);
  }
  if (values['NODE_ENV'] === 'production' && values['ALLOW_UNVERIFIED_CONNECTIONS'] !== true) {
    refuseUnverified(values);
  }
  refuseOtherDatabases(values);
  return data;
}

/** @throws Error where migrations would be run on one database, and missing on the other. */
function refuseOtherDatabases(values: Readonly<Record<string, unknown>>): void {
  for (const name of ['DATABASE_URL', 'READ_DATABASE_URL']) {
    const [own, migrated] = [values[name], values[`MIGRATION_${name}`]];
    if (typeof own !== 'string' || typeof migrated !== 'string') continue;
    const [expected, { database }] = [readDatabaseUrl(own).database, readDatabaseUrl(migrated)];
    if (database !== expected)
      throw new Error(`MIGRATION_${name} names the database ${database}, and ${name} ${expected}`);
  }
}

/** @throws Error that names the settings by which passwords and orders would go where anybody can read or change them. */
function refuseUnverified(values: Readonly<Record<string, unknown>>): void {
  const unverified = Object.entries(protectionOf).filter(([name, read]) => {
    const value = values[name];
    return typeof value === 'string' && read(value).protection !== 'verified';
  });
  if (unverified.length === 0) return;
  throw new Error(
    `in production ${unverified.map(([name]) => name).join(', ')} needs TLS with a certificate that is checked ` +
      '(ssl-mode=VERIFY_IDENTITY or VERIFY_CA, amqps://); ALLOW_UNVERIFIED_CONNECTIONS=true does without',
  );
}
