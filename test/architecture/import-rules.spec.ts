import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { appendFile, cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { breaches as written, lookingUp, permitted, type Fixture } from './fixtures/imports.js';

const root = join(import.meta.dirname, '../..');
const configFile = join(root, '.dependency-cruiser.mjs');
const { default: config, floors } = (await import(pathToFileURL(configFile).href)) as {
  default: { forbidden: { name: string; comment: string }[] };
  floors: Parameters<typeof lookingUp>[0];
};
const breaches = [...written, ...lookingUp(floors)];

interface Cruise {
  readonly modules: readonly {
    readonly source: string;
    readonly dependencies: readonly { readonly module: string; readonly resolved: string }[];
  }[];
  readonly summary: {
    readonly violations: readonly { from: string; to: string; rule: { name: string } }[];
  };
}

/** As `npm run lint:deps` does it, in a folder of our choice. */
const cruise = (folder: string, ...places: string[]): Promise<Cruise> =>
  new Promise((resolve, reject) => {
    const command = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
    execFile(
      process.execPath,
      [command, '--config', configFile, '--output-type', 'json', ...places],
      { cwd: folder, maxBuffer: 64 * 1024 * 1024, env: { ...process.env, NODE_OPTIONS: '' } },
      (error, output, complaint) => {
        if (output.startsWith('{')) resolve(JSON.parse(output) as Cruise);
        else reject(new Error(`dependency-cruiser said: ${complaint || output}`, { cause: error }));
      },
    );
  });

async function write(folder: string, { file, imports }: Fixture): Promise<void> {
  const path = join(folder, file);
  await mkdir(dirname(path), { recursive: true });
  await appendFile(path, imports === '' ? 'export {};\n' : `import '${imports}';\n`);
  const target = targetOf(file, imports);
  if (target === undefined || existsSync(join(folder, target))) return;
  await mkdir(dirname(join(folder, target)), { recursive: true });
  await appendFile(join(folder, target), 'export {};\n');
}

/** The file of ours that an import leads to; undefined for packages. */
function targetOf(file: string, imports: string): string | undefined {
  const source = imports.replace(/\.js$/, '.ts');
  if (imports.startsWith('#'))
    return source.endsWith('.ts') ? source.slice(1) : `${source.slice(1)}/index.ts`;
  return imports.startsWith('.') ? join(dirname(file), source) : undefined;
}

describe('Import rules', () => {
  let folder: string;
  let made: Cruise;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'import-rules-'));
    await cp(join(root, 'package.json'), join(folder, 'package.json'));
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
    const fixtures = [...breaches.flatMap((breach) => [breach, ...(breach.with ?? [])]), ...permitted];
    for (const fixture of fixtures) await write(folder, fixture);
    made = await cruise(folder, 'apps', 'libs', 'migrations', 'tools');
  }, 60_000);

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  const rulesBrokenBy = ({ file, imports }: Fixture): string[] => {
    const target = targetOf(file, imports);
    return made.summary.violations
      .filter(({ from, to }) => from === file && (target === undefined ? true : to === target))
      .map(({ rule }) => rule.name);
  };

  it.each(breaches)('$rule: $file must not import $imports', (breach) => {
    const broken =
      breach.rule === 'domain-reaches-no-io' || breach.rule === 'no-orphans'
        ? made.summary.violations.filter(({ from }) => from === breach.file).map(({ rule }) => rule.name)
        : rulesBrokenBy(breach);
    expect(broken).toContain(breach.rule);
  });

  it.each(permitted)('$file may import $imports', (fixture) => {
    expect(rulesBrokenBy(fixture)).toEqual([]);
  });

  it('each have a fixture that breaks them, and a sentence that says why', () => {
    const proven = new Set(breaches.map(({ rule }) => rule));
    expect(config.forbidden.map(({ name }) => name).sort()).toEqual([...proven].sort());
    expect(config.forbidden.filter(({ comment }) => !/[.)]$/.test(comment))).toEqual([]);
  });

  it('see the imports of the real tree, those by #libs among them', async () => {
    const { modules } = await cruise(root, 'libs/messaging', 'libs/contracts');
    const edges = modules.flatMap(({ source, dependencies }) =>
      dependencies.map(({ resolved }) => `${source} -> ${resolved}`),
    );
    expect(edges).toContain('libs/messaging/outbox/outgoing-message.ts -> libs/contracts/message-type.ts');
    expect(edges).toContain('libs/contracts/message-type.ts -> libs/contracts/topology.ts');
  }, 60_000);
});
