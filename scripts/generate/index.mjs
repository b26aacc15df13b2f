#!/usr/bin/env node
/**
 * Writes every generated document: `npm run generate`. With `--check` nothing is written, and documents that differ
 * from what would be written make it fail: that is how CI notices drift.
 */
import { register } from 'node:module';

register('./typescript-hooks.mjs', import.meta.url);
const { generate } = await import('./generate.ts');
process.exitCode = await generate(process.argv.slice(2));
