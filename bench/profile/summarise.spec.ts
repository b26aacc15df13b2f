import { describe, expect, it } from '@jest/globals';
import { placeOf, summarise, type CpuProfile } from './summarise.js';

const node = (id: number, functionName: string, url: string) => ({
  id,
  callFrame: { functionName, url, lineNumber: 9 },
});

const profile: CpuProfile = {
  startTime: 0,
  endTime: 11_000,
  nodes: [
    node(1, '(idle)', ''),
    node(2, 'query', 'file:///x/node_modules/mysql2/lib/connection.js'),
    node(3, 'parse', 'file:///x/node_modules/mysql2/lib/packet.js'),
    node(4, '(garbage collector)', ''),
  ],
  samples: [1, 2, 3, 4, 1],
  timeDeltas: [0, 5_000, 3_000, 1_000, 2_000],
};

describe('the summary of a profile', () => {
  it('gives each sample the time until the next one, idle time apart', () => {
    const { busyMs, idleMs, places } = summarise(profile);
    expect([busyMs, idleMs]).toEqual([6, 5]);
    expect(places.map(({ name, ms }) => [name, ms])).toEqual([
      ['mysql2', 4],
      ['(garbage collector)', 2],
    ]);
  });

  it('tells functions of one package apart', () => {
    const { functions } = summarise(profile);
    expect(functions[0]).toEqual({ name: 'query  mysql2:10', ms: 3, share: 0.5 });
  });

  it('leaves out what lies outside of the time asked for', () => {
    const { busyMs, idleMs } = summarise(profile, { fromUs: 5_000, toUs: 9_000 });
    expect([busyMs, idleMs]).toEqual([4, 0]);
  });

  it.each([
    ['node:internal/streams/writable', 'write', 'node:internal/streams'],
    ['file:///srv/node_modules/@nestjs/core/index.js', 'f', '@nestjs/core'],
    ['file:///srv/node_modules/a/node_modules/b/index.js', 'f', 'b'],
    ['file:///srv/dist/libs/saga/engine/engine.js', 'f', 'libs/saga/engine/engine.js'],
    ['', '(program)', '(program)'],
    ['', 'writeBuffer', '(native)'],
  ])('puts %s in its place', (url, functionName, place) => {
    expect(placeOf(url, functionName)).toBe(place);
  });
});
