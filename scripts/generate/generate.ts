import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as prettier from 'prettier';
import { brokerDefinitions } from './broker-definitions.js';
import { configuration } from './configuration.js';
import type { GeneratedDocument, Generator } from './document.js';
import { messages } from './messages.js';
import { metrics } from './metrics.js';
import { moduleGraph } from './module-graph.js';
import { openApi } from './open-api.js';
import { participants } from './participants.js';
import { recordings } from './recordings.js';
import { sagas } from './sagas.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

const generators: readonly Generator[] = [
  messages,
  brokerDefinitions,
  configuration,
  metrics,
  sagas,
  recordings,
  openApi,
  moduleGraph,
  participants,
];

const read = async (path: string): Promise<string | undefined> =>
  existsSync(join(root, path)) ? readFile(join(root, path), 'utf8') : undefined;

/** As `npm run format` would leave it, so that the two never undo each other's work. */
async function formatted({ path, text }: GeneratedDocument): Promise<string> {
  const { ignored, inferredParser } = await prettier.getFileInfo(join(root, path), {
    ignorePath: join(root, '.prettierignore'),
  });
  if (ignored || inferredParser === null) return text;
  return prettier.format(text, {
    ...(await prettier.resolveConfig(join(root, path))),
    parser: inferredParser,
  });
}

async function leftovers(generator: Generator, documents: readonly GeneratedDocument[]): Promise<string[]> {
  const made = new Set(documents.map(({ path }) => path));
  const folders = (generator.ownedFolders ?? []).filter((folder) => existsSync(join(root, folder)));
  const files = await Promise.all(
    folders.map(async (folder) => (await readdir(join(root, folder))).map((file) => `${folder}/${file}`)),
  );
  return files.flat().filter((file) => !made.has(file));
}

/**
 * @param args `--check` to compare only; names of generators to run just those.
 * @returns the exit code: 1 when `--check` found a difference.
 */
export async function generate(args: readonly string[]): Promise<number> {
  const check = args.includes('--check');
  const names = args.filter((arg) => !arg.startsWith('--'));
  const drifted: string[] = [];
  for (const generator of generators.filter(({ name }) => names.length === 0 || names.includes(name))) {
    const documents = await generator.documents();
    for (const document of documents) {
      const text = await formatted(document);
      if ((await read(document.path)) === text) continue;
      drifted.push(document.path);
      if (check) continue;
      await mkdir(dirname(join(root, document.path)), { recursive: true });
      await writeFile(join(root, document.path), text);
    }
    for (const file of await leftovers(generator, documents)) {
      drifted.push(file);
      if (!check) await rm(join(root, file));
    }
  }
  for (const path of drifted) console.log(`${check ? 'out of date' : 'written'}: ${path}`);
  if (check && drifted.length > 0) {
    console.error(
      'Generated documents differ from the code. Run `npm run generate` and commit what it writes.',
    );
    return 1;
  }
  return 0;
}
