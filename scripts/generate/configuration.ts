import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { generatedBy, type Generator } from './document.js';

const root = new URL('../../', import.meta.url);
const services = ['order-service', 'inventory-service', 'payment-service'] as const;

interface Setting {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  readonly defaultValue: string | undefined;
  readonly example: string | undefined;
  readonly values: string | undefined;
}

/** What JSON Schema says of one variable; enough for a table. */
interface Described {
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly examples?: readonly unknown[];
}

const asText = (value: unknown): string | undefined => {
  if (value === undefined) return undefined;
  return Array.isArray(value) ? value.join(',') : String(value);
};

async function settingsOf(service: string): Promise<readonly Setting[]> {
  const file = new URL(`apps/${service}/src/config.ts`, root);
  if (!existsSync(file)) return [];
  const { configSchema } = (await import(fileURLToPath(file))) as { configSchema?: z.ZodType };
  if (!configSchema) throw new Error(`apps/${service}/src/config.ts exports no configSchema`);
  const schema = z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' });
  return Object.entries(schema.properties ?? {}).map(([name, property]) => {
    const described = property as Described;
    if (!described.description) throw new Error(`${service}: ${name} has no description in config.ts`);
    return {
      name,
      description: described.description,
      required: schema.required?.includes(name) ?? false,
      defaultValue: asText(described.default),
      example: asText(described.examples?.[0]),
      values: described.enum?.map(String).join(', '),
    };
  });
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

const table = (settings: readonly Setting[]): string =>
  [
    '| variable | default | meaning |',
    '| --- | --- | --- |',
    ...settings.map(({ name, defaultValue, required, description, values }) => {
      const byDefault = required
        ? '**required**'
        : defaultValue === undefined
          ? 'not set'
          : `\`${defaultValue}\``;
      return `| \`${name}\` | ${cell(byDefault)} | ${cell(description)}${values ? ` One of: ${values}.` : ''} |`;
    }),
  ].join('\n');

/**
 * Lines for a person to uncomment. All of them are comments: a copy of the file as it is changes nothing, and what
 * differs between the services (ports, databases) cannot stand in one file twice.
 */
const sample = ({ name, description, required, defaultValue, example }: Setting): string =>
  [
    `# ${description.replaceAll('\n', ' ')}${required ? ' Required.' : ''}`,
    `# ${name}=${example ?? defaultValue ?? ''}`,
  ].join('\n');

export const configuration: Generator = {
  name: 'configuration',
  async documents() {
    const all = await Promise.all(
      services.map(async (service) => ({ service, settings: await settingsOf(service) })),
    );
    const known = all.filter(({ settings }) => settings.length > 0);
    return [
      {
        path: 'docs/configuration.md',
        text: `${generatedBy('`config.ts` of each service')}

# Configuration

Each process reads its settings from the environment once, at start, and refuses to start when one is missing or wrong.
An empty variable counts as not set.

${known.map(({ service, settings }) => `## ${service}\n\n${table(settings)}`).join('\n\n')}
`,
      },
      { path: '.env.example', text: environmentSample(known) },
    ];
  },
};

function environmentSample(all: readonly { service: string; settings: readonly Setting[] }[]): string {
  const seen = new Set<string>();
  const sections = all.map(({ service, settings }) => {
    const fresh = settings.filter(({ name }) => !seen.has(name));
    for (const { name } of fresh) seen.add(name);
    const also = settings.filter((setting) => !fresh.includes(setting)).map(({ name }) => name);
    return [
      `## ${service}`,
      ...(also.length > 0 ? [`# Also reads: ${also.join(', ')}`] : []),
      ...fresh.map(sample),
    ].join('\n\n');
  });
  return `# Generated from config.ts of each service by \`npm run generate\`; see docs/configuration.md.
# Nothing here is needed for \`npm start\`, which finds or makes a database and a broker. What is set in a file .env
# beside this one is used as it is.

${sections.join('\n\n')}
`;
}
