import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { generatedBy, type Generator } from './document.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

interface Cruise {
  readonly modules: readonly {
    readonly source: string;
    readonly dependencies: readonly { readonly resolved: string }[];
  }[];
}

type Edge = readonly [from: string, to: string];

async function imports(): Promise<Edge[]> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs'),
      '--config',
      '.dependency-cruiser.mjs',
      '--output-type',
      'json',
      'apps',
      'libs',
      'migrations',
    ],
    { cwd: root, maxBuffer: 64 * 1024 * 1024 },
  );
  const { modules } = JSON.parse(stdout) as Cruise;
  return modules
    .filter(({ source }) => !/\.spec\.ts$|\/testing\//.test(source))
    .flatMap(({ source, dependencies }) => dependencies.map(({ resolved }): Edge => [source, resolved]));
}

/** `libs/saga`, `apps/order-service`, `migrations/orders`: what is drawn as one box. */
const partOf = (path: string): string | undefined => /^((?:apps|libs|migrations)\/[^/]+)\//.exec(path)?.[1];

/** `commands` of `apps/order-service/src/commands/...`; files directly in src are the composition root. */
const roomOf = (path: string): string | undefined =>
  /^apps\/[^/]+\/src\/(operations\/[^/.]+(?=\/)|[^/]+(?=\/))/.exec(path)?.[1];

const node = (name: string): string => name.replaceAll(/\W/g, '_');

function drawing(edges: readonly Edge[], nameOf: (path: string) => string | undefined): string {
  const lines = new Set<string>();
  for (const [from, to] of edges) {
    const [source, target] = [nameOf(from), nameOf(to)];
    if (source === undefined || target === undefined || source === target) continue;
    lines.add(`  ${node(source)}[${source}] --> ${node(target)}[${target}]`);
  }
  return ['```mermaid', 'flowchart LR', ...[...lines].sort(), '```'].join('\n');
}

export const moduleGraph: Generator = {
  name: 'module-graph',
  async documents() {
    const edges = await imports();
    const apps = [...new Set(edges.flatMap(([from]) => partOf(from) ?? []))].filter((part) =>
      part.startsWith('apps/'),
    );
    const rooms = apps.sort().map((app) => {
      const own = edges.filter(([from, to]) => partOf(from) === app && partOf(to) === app);
      return `## Inside ${app}\n\n${drawing(own, roomOf)}`;
    });
    return [
      {
        path: 'docs/module-graph.md',
        text: `${generatedBy('the imports')}

# Who imports whom

What is allowed is in [.dependency-cruiser.mjs](../.dependency-cruiser.mjs); this is what there is, tests left out.

${drawing(edges, partOf)}

${rooms.join('\n\n')}
`,
      },
    ];
  },
};
