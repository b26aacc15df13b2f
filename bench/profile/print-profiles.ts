import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { LoadSpan } from '../measure/run-load.js';
import { summarise, type CpuProfile, type Entry } from './summarise.js';

const shown = 25;

/** Where the time went during the heaviest load, for each process that left a profile in the folder. */
export function printProfiles(folder: string, spans: readonly LoadSpan[]): void {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  for (const name of names.filter((file) => file.endsWith('.cpuprofile'))) {
    const file = path.join(folder, name);
    const profile = JSON.parse(readFileSync(file, 'utf8')) as CpuProfile;
    const { busyMs, idleMs, places, functions } = summarise(profile, heaviestOf(spans, profile));
    const share = ((busyMs / (busyMs + idleMs)) * 100).toFixed(0);
    console.log(
      `\n${path.relative('.', file)}: busy ${(busyMs / 1000).toFixed(1)} s, ${share} % of the time`,
    );
    print('self time by package or file', places);
    print('self time by function', functions);
  }
}

/** Of the loads that ran while the process did. */
function heaviestOf(spans: readonly LoadSpan[], { startTime, endTime }: CpuProfile): LoadSpan | undefined {
  return spans
    .filter(({ fromUs, toUs }) => fromUs >= startTime && toUs <= endTime)
    .sort((a, b) => b.orders - a.orders)[0];
}

function print(title: string, entries: readonly Entry[]): void {
  console.log(`  ${title}`);
  for (const { name, ms, share } of entries.slice(0, shown))
    console.log(`  ${(share * 100).toFixed(1).padStart(6)} % ${ms.toFixed(0).padStart(7)} ms  ${name}`);
}
