import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { problemCatalogue } from './problem-catalogue.js';

const sources = path.resolve(import.meta.dirname, '..');

/** Codes of all classes of this service that extend Refusal, read from their source. */
const codesInSource = readdirSync(sources, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
  .map((file) => readFileSync(path.join(sources, file), 'utf8'))
  .flatMap((text) => [...text.matchAll(/extends Refusal \{[^]*?super\(\s*'([^']+)'/g)])
  .map((match) => match[1]);

/** Made by the kernel. */
const codesOfTheKernel = ['invalid-amount'];

describe('the problem catalogue', () => {
  it('knows every refusal that this service makes', () => {
    expect(codesInSource.length).toBeGreaterThan(5);
    expect(codesInSource.filter((code) => !(code! in problemCatalogue))).toEqual([]);
    expect(codesOfTheKernel.filter((code) => !(code in problemCatalogue))).toEqual([]);
  });

  it('knows none that nobody makes', () => {
    const made = new Set([...codesInSource, ...codesOfTheKernel]);
    expect(Object.keys(problemCatalogue).filter((code) => !made.has(code))).toEqual([]);
  });
});
