import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { generatedBy, type Generator } from './document.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const declarations = join(root, 'libs/observability/metrics.ts');
const kinds = new Set(['counter', 'gauge', 'histogram']);

interface Metric {
  readonly name: string;
  readonly kind: string;
  readonly help: string;
  readonly labels: readonly Label[];
  readonly file: string;
}

interface Label {
  readonly name: string;
  /** Empty when the values are known only at run time. */
  readonly values: readonly string[];
}

/** Sources that declare metrics. They are read, not run: most are declared when a part of a service starts. */
async function sources(): Promise<string[]> {
  const files = await Promise.all(
    ['apps', 'libs'].map((folder) => readdir(join(root, folder), { recursive: true, withFileTypes: true })),
  );
  const paths = files
    .flat()
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.spec.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
  const texts = await Promise.all(paths.map((path) => readFile(path, 'utf8')));
  return paths
    .filter((_, index) => /\bmetrics\.js'|'#libs\/observability'/.test(texts[index] ?? ''))
    .concat(declarations);
}

function declaredMetrics(files: readonly string[]): Metric[] {
  const config = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, root);
  const program = ts.createProgram(files, { ...options, noEmit: true });
  const checker = program.getTypeChecker();
  const found: Metric[] = [];
  for (const file of files) {
    const source = program.getSourceFile(file);
    if (!source) continue;
    const visit = (node: ts.Node): void => {
      const metric = ts.isCallExpression(node) ? metricOf(node, checker) : undefined;
      if (metric) found.push({ ...metric, file: relative(root, file) });
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return found;
}

function metricOf(call: ts.CallExpression, checker: ts.TypeChecker): Omit<Metric, 'file'> | undefined {
  const [argument] = call.arguments;
  if (!ts.isIdentifier(call.expression) || !argument || !ts.isObjectLiteralExpression(argument))
    return undefined;
  const declaration = checker.getResolvedSignature(call)?.declaration;
  if (!declaration || declaration.getSourceFile().fileName !== declarations) return undefined;
  const kind = call.expression.text;
  if (!kinds.has(kind)) return undefined;
  const [name, help] = [textOf(propertyOf(argument, 'name')), textOf(propertyOf(argument, 'help'))];
  if (name === undefined || help === undefined) {
    throw new Error(
      `${call.getSourceFile().fileName}: name and help of a metric are plain text, so that they can be found`,
    );
  }
  const labels = propertyOf(argument, 'labels');
  return { name, kind, help, labels: labels ? labelsOf(labels, checker) : [] };
}

const propertyOf = (object: ts.ObjectLiteralExpression, name: string): ts.Expression | undefined => {
  for (const property of object.properties) {
    if (property.name?.getText() !== name) continue;
    if (ts.isPropertyAssignment(property)) return property.initializer;
    if (ts.isShorthandPropertyAssignment(property)) return property.name;
  }
  return undefined;
};

function textOf(expression: ts.Expression | undefined): string | undefined {
  if (!expression) return undefined;
  if (ts.isStringLiteralLike(expression)) return expression.text;
  if (!ts.isBinaryExpression(expression)) return undefined;
  const [left, right] = [textOf(expression.left), textOf(expression.right)];
  return left === undefined || right === undefined ? undefined : left + right;
}

function labelsOf(expression: ts.Expression, checker: ts.TypeChecker): Label[] {
  if (ts.isArrayLiteralExpression(expression)) {
    return expression.elements.map((element) => ({ name: textOf(element) ?? element.getText(), values: [] }));
  }
  return checker.getPropertiesOfType(checker.getTypeAtLocation(expression)).map((property) => ({
    name: property.name,
    values: literalsIn(checker.getTypeOfSymbolAtLocation(property, expression), checker),
  }));
}

/** The members of `readonly ('a' | 'b')[]`; none when the list is of plain strings. */
function literalsIn(list: ts.Type, checker: ts.TypeChecker): string[] {
  const element = checker.getIndexTypeOfType(list, ts.IndexKind.Number);
  const members = element ? (element.isUnion() ? element.types : [element]) : [];
  return members.flatMap((member) => (member.isStringLiteral() ? [member.value] : []));
}

const labelText = ({ name, values }: Label): string =>
  values.length === 0 ? `\`${name}\`` : `\`${name}\`: ${values.join(', ')}`;

/** `order-service`, or the library whose users all have it. */
const placeOf = ({ file }: Metric): string => {
  const [kind, name = ''] = file.split('/');
  return kind === 'apps' ? name : `\`${kind}/${name}\``;
};

export const metrics: Generator = {
  name: 'metrics',
  async documents() {
    const byName = new Map(declaredMetrics(await sources()).map((metric) => [metric.name, metric]));
    const rows = [...byName.values()]
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map(
        (metric) =>
          `| \`${metric.name}\` | ${metric.kind} | ${metric.help.replaceAll('|', '\\|')} | ${metric.labels.map(labelText).join('<br>')} | ${placeOf(metric)} |`,
      );
    return [
      {
        path: 'docs/metrics.md',
        text: `${generatedBy('the declarations in apps and libs')}

# Metrics

Each process serves its own at \`/metrics\` on \`METRICS_PORT\`, with Node's default ones beside them: to its own machine, unless
\`METRICS_HOST\` says more. Labels never hold an id, a SKU, a customer, a path or an error's text; what enumerated values can be together
is there at 0 from the start.

A scrape asks nobody. What is to be found in a database is looked up every \`METRICS_REFRESH_SECONDS\` by the processes whose role it
is, and kept; \`orders_stats_refreshed_timestamp_seconds\` says since when it is what it is. Several processes show the same: take the maximum.

| metric | kind | what it says | labels | declared in |
| --- | --- | --- | --- | --- |
${rows.join('\n')}
`,
      },
    ];
  },
};
