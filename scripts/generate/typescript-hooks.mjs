/**
 * Module hooks that let a script import the project's TypeScript as it stands, without a build: types are stripped by
 * swc, and `.js` in an import means the `.ts` beside it, as it does for the compiler.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { transform } from '@swc/core';

const root = new URL('../../', import.meta.url);

export async function resolve(specifier, context, nextResolve) {
  const own = /^#(libs|migrations)\/(.*)\.js$/.exec(specifier);
  if (own) return { url: new URL(`${own[1]}/${own[2]}.ts`, root).href, shortCircuit: true };
  const face = /^#(libs\/.*)$/.exec(specifier);
  if (face) return { url: new URL(`${face[1]}/index.ts`, root).href, shortCircuit: true };
  if (/^\.{1,2}\/.*\.js$/.test(specifier) && context.parentURL?.endsWith('.ts')) {
    const source = new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL);
    if (existsSync(source)) return { url: pathToFileURL(fileURLToPath(source)).href, shortCircuit: true };
  }
  return nextResolve(specifier, context);
}

export async function load(url, context, nextLoad) {
  if (!url.endsWith('.ts')) return nextLoad(url, context);
  const filename = fileURLToPath(url);
  const { code } = await transform(await readFile(filename, 'utf8'), {
    filename,
    swcrc: false,
    sourceMaps: 'inline',
    module: { type: 'es6' },
    jsc: {
      target: 'es2022',
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
      keepClassNames: true,
    },
  });
  return { format: 'module', source: code, shortCircuit: true };
}
