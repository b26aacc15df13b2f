#!/usr/bin/env node
/**
 * `node scripts/rooms.mjs [apps/order-service/src]`: the rooms of a service, the arrows between them (imports, tests left
 * out), and the arrows that go against the stream: those that are left however the rooms are put in order.
 */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { inRoot, root } from './lib/project.mjs';

const [source = 'apps/order-service/src'] = process.argv.slice(2);
const cruiser = inRoot('node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs');
const { stdout } = await promisify(execFile)(
  process.execPath,
  [cruiser, '--config', '.dependency-cruiser.mjs', '--output-type', 'json', source],
  { cwd: root, maxBuffer: 64 * 1024 * 1024 },
);
const modules = JSON.parse(stdout).modules.filter(
  ({ source: file }) => file.startsWith(`${source}/`) && !/\.spec\.ts$|\/testing\//.test(file),
);

const rooms = new Map();
const arrows = new Set();
for (const { source: file, dependencies } of modules) {
  const from = roomOf(file);
  if (!from) continue;
  const lines = readFileSync(path.join(root, file), 'utf8').split('\n').length - 1;
  rooms.set(from, (rooms.get(from) ?? 0) + lines);
  for (const { resolved } of dependencies) {
    const to = roomOf(resolved);
    if (to && to !== from) arrows.add(`${from} -> ${to}`);
  }
}
const order = inOrder([...rooms.keys()]);
const against = [...arrows].filter((arrow) => {
  const [from, to] = arrow.split(' -> ');
  return order.indexOf(from) > order.indexOf(to);
});

for (const room of order) console.log(`${String(rooms.get(room)).padStart(6)} lines  ${room}`);
console.log(`${rooms.size} rooms, ${arrows.size} arrows, ${against.length} against the stream`);
for (const arrow of against) console.log(`  ${arrow}`);

/** A folder of the source; within the operators' wing, a folder of that. Files of the source itself are no room. */
function roomOf(file) {
  if (!file.startsWith(`${source}/`)) return undefined;
  const [first, ...rest] = path.posix.dirname(file.slice(source.length + 1)).split('/');
  if (first === '.') return undefined;
  return first === 'operations' && rest.length > 0 ? `${first}/${rest[0]}` : first;
}

/**
 * Who leans before what is leaned on, as far as there are no circles; in a circle, whoever leans on most and is leaned on by
 * fewest (Eades, Lin and Smyth, "A fast and effective heuristic for the feedback arc set problem", 1993).
 */
function inOrder(left) {
  const [first, last] = [[], []];
  const among = new Set(left);
  const degree = (room, end) =>
    [...arrows].filter((arrow) => {
      const ends = arrow.split(' -> ');
      return ends[end] === room && among.has(ends[1 - end]);
    }).length;
  while (among.size > 0) {
    const all = [...among];
    const sink = all.find((room) => degree(room, 0) === 0);
    const start = all.find((room) => degree(room, 1) === 0);
    const most = (room) => degree(room, 0) - degree(room, 1);
    const next = sink ?? start ?? all.reduce((best, room) => (most(room) > most(best) ? room : best));
    among.delete(next);
    if (next === sink) last.unshift(next);
    else first.push(next);
  }
  return [...first, ...last];
}
