import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { openContext, type SharedServices } from './open-context.js';
import { parseCommand, type BenchOptions } from './options.js';
import { printProfiles } from './profile/print-profiles.js';
import { readMachine } from './report/machine.js';
import { printTable } from './report/table.js';
import type { SectionReport } from './report/report.js';
import { writeReport } from './report/write-report.js';
import { sections } from './sections/sections.js';
import type { BenchContext, Section, SectionResult } from './section.js';
import { serversFrom, type Servers } from './system-under-test/servers.js';

/** `npm run bench`: see docs/benchmark.md. scripts/bench.mjs builds, starts the two servers and then this. */
const folder = path.resolve('.data/bench/run');
const startedAt = new Date();

try {
  await main();
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : String(error)}`);
  if (process.env['DEBUG']) console.error(error);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const { options, sections: names } = parseCommand(process.argv.slice(2));
  const unknown = names.filter((name) => !sections.some((section) => section.name === name));
  if (unknown.length > 0)
    throw new Error(
      `no section ${unknown.join(', ')}; there are ${sections.map(({ name }) => name).join(', ')}`,
    );
  const servers = serversFrom(process.env);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const done: SectionReport[] = [];
  const report = () =>
    writeReport({
      startedAt: startedAt.toISOString(),
      machine: readMachine(servers),
      options,
      sections: done,
    });
  const shared: SharedServices | undefined = options.quick && !options.profile ? {} : undefined;
  try {
    for (const section of sections.filter(({ name }) => names.length === 0 || names.includes(name))) {
      const { context, result } = await runSection({ section, options, servers, shared });
      done.push({ name: section.name, summary: section.summary, ...result });
      printTable(done.at(-1)!);
      report(); // what is known by now is kept when a later section fails
      if (options.profile) printProfiles(path.join(folder, 'profiles', section.name), context.spans);
    }
  } finally {
    await shared?.services?.end();
  }
  for (const file of report()) console.log(`written: ${path.relative('.', file)}`);
}

async function runSection({
  section,
  ...parts
}: {
  section: Section;
  options: BenchOptions;
  servers: Servers;
  shared: SharedServices | undefined;
}): Promise<{ context: BenchContext; result: SectionResult }> {
  const context = openContext({ ...parts, section: section.name, folder, say });
  try {
    const result = await section.run(context);
    context.say('waiting until all is idle, checking the invariants');
    await context.finish();
    return { context, result };
  } finally {
    await context.abandon();
  }
}

function say(text: string): void {
  const seconds = ((Date.now() - startedAt.getTime()) / 1000).toFixed(0);
  console.log(`${seconds.padStart(5)} s  ${text}`);
}
