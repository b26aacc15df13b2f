import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { asyncApiDocument } from '#libs/contracts/asyncapi/asyncapi.js';
import { messageTypes } from '#libs/contracts/catalogue-of-messages.js';
import { growthProblems } from '#libs/contracts/growth.js';
import {
  dataSchemaOf,
  jsonSchemaOf,
  schemaPath,
  sharedSchema,
  sharedSchemaOf,
  type JsonSchema,
} from '#libs/contracts/json-schema.js';
import type { MessageType } from '#libs/contracts/message-type.js';
import type { Generator } from './document.js';
import { topologyPage } from './topology-page.js';

const root = new URL('../../', import.meta.url);
const schemaFolder = new URL('docs/schemas/', root);
const whatToDo =
  'Within a version, messages only gain optional fields. Leave this one as it was and add the next version beside it; ' +
  'only a message that no release has carried may be changed, with `npm run generate -- --unreleased`.';

const schemaFile = (name: string): string => `docs${schemaPath(name)}`;

const readJson = async <T>(path: string): Promise<T> =>
  JSON.parse(await readFile(fileURLToPath(new URL(path, root)), 'utf8')) as T;

export const goldenFile = ({ type }: MessageType): string =>
  `libs/contracts/${type.slice(0, type.indexOf('.'))}/golden/${type}.json`;

const all = [...messageTypes.values()];

/** The last committed schemas are what others have built on: what they allow stays allowed. */
async function refuseToShrink(): Promise<void> {
  const committed = existsSync(schemaFolder) ? await readdir(schemaFolder) : [];
  const names = committed.map((file) => file.replace(/\.json$/, ''));
  const shared = names.includes(sharedSchema) ? await readJson<JsonSchema>(schemaFile(sharedSchema)) : {};
  for (const name of names.filter((other) => other !== sharedSchema)) {
    const message = messageTypes.get(name);
    const before = await readJson<JsonSchema>(schemaFile(name));
    const problems = message
      ? growthProblems(before, jsonSchemaOf(message.schema), shared)
      : ['the message is gone'];
    if (problems.length > 0) throw new Error(`${schemaFile(name)}: ${problems.join('; ')}. ${whatToDo}`);
  }
}

export const messages: Generator = {
  name: 'messages',
  ownedFolders: ['docs/schemas'],
  async documents() {
    if (!process.argv.includes('--unreleased')) await refuseToShrink();
    const examples = new Map(
      await Promise.all(
        all.map(
          async (message) =>
            [message.type, await readJson<Record<string, unknown>>(goldenFile(message))] as const,
        ),
      ),
    );
    const { version } = await readJson<{ version: string }>('package.json');
    return [
      {
        path: 'docs/asyncapi.yaml',
        text: stringify(asyncApiDocument(all, examples, version), {
          aliasDuplicateObjects: false,
          lineWidth: 0,
        }),
      },
      ...all.map((message) => ({
        path: schemaFile(message.type),
        text: JSON.stringify(dataSchemaOf(message), null, 2),
      })),
      { path: schemaFile(sharedSchema), text: JSON.stringify(sharedSchemaOf(all), null, 2) },
      { path: 'docs/topology.md', text: topologyPage(all) },
    ];
  },
};
