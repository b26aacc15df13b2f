import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { openContext } from './open-context.js';
import { parseCommand } from './options.js';
import { printProfiles } from './profile/print-profiles.js';
import { readMachine } from './report/machine.js';
import { printTable } from './report/table.js';
import { writeReport, type Report, type SectionReport } from './report/write-report.js';
import { sections } from './sections/sections.js';
import { serversFrom } from './shop/servers.js';

/** `npm run bench`: see docs/benchmark.md. scripts/bench.mjs builds, starts the two servers and then this. */
const folder = path.resolve('.data/bench/run');
const { options, sections: names } = parseCommand(process.argv.slice(2));
const unknown = names.filter((name) => !sections.some((section) => section.name === name));
if (unknown.length > 0)
  throw new Error(
    `no such section: ${unknown.join(', ')}; there are ${sections.map(({ name }) => name).join(', ')}`,
  );

const servers = serversFrom(process.env);
const startedAt = new Date();
const say = (text: string): void => {
  const seconds = ((Date.now() - startedAt.getTime()) / 1000).toFixed(0);
  console.log(`${seconds.padStart(5)} s  ${text}`);
};
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

const done: SectionReport[] = [];
for (const section of sections.filter(({ name }) => names.length === 0 || names.includes(name))) {
  const context = openContext({ section: section.name, options, servers, folder, say });
  try {
    const result = await section.run(context);
    context.say('coming to rest, checking the invariants');
    await context.finish();
    done.push({ name: section.name, summary: section.summary, ...result });
    printTable(done.at(-1)!);
  } finally {
    await context.abandon();
  }
  if (options.profile) printProfiles(path.join(folder, 'profiles', section.name));
}
const report: Report = {
  startedAt: startedAt.toISOString(),
  machine: readMachine(servers),
  options,
  sections: done,
};
for (const file of writeReport(report)) console.log(`written: ${path.relative('.', file)}`);
