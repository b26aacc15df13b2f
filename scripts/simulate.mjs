#!/usr/bin/env node
/**
 * `npm run simulate -- --seeds 2000 --from 1 [--bug NAME] [--trace] [--no-shrink]`: tries to break the deciding code of
 * all services, as the sources stand. See docs/simulation.md.
 */
import { register } from 'node:module';

register('./generate/typescript-hooks.mjs', import.meta.url);
const { main } = await import('../test/simulation/main.ts');
process.exitCode = await main(process.argv.slice(2));
