import { describe, expect, it } from '@jest/globals';
import { queues, type WorkQueue } from '#libs/contracts/topology.js';
import { participants } from './project.mjs';
import { startOptions } from './start-options.mjs';

describe('Options of npm start', () => {
  it.each([
    [[], { help: false, watch: false, without: [] }],
    [['--watch'], { help: false, watch: true, without: [] }],
    [['--help'], { help: true, watch: false, without: [] }],
    [['-h'], { help: true, watch: false, without: [] }],
    [['--without', 'payment'], { help: false, watch: false, without: ['payment-service'] }],
    [
      ['--without=inventory', '--without', 'payment'],
      { help: false, watch: false, without: ['inventory-service', 'payment-service'] },
    ],
    [
      ['--without', 'payment,inventory,payment'],
      { help: false, watch: false, without: ['payment-service', 'inventory-service'] },
    ],
  ])('%j', (args, options) => {
    expect(startOptions(args)).toEqual(options);
  });

  it.each([
    [['--wacth'], '--wacth'],
    [['payment'], 'payment'],
    [['--without'], '--without'],
    [['--without', 'order'], 'only inventory and payment'],
    [['--without', ''], 'only inventory and payment'],
    [['--watch=no'], '--watch'],
  ])('%j are refused, with what can be given', (args, why) => {
    expect(() => startOptions(args)).toThrow(why);
    expect(() => startOptions(args)).toThrow('Usage: npm start');
  });
});

describe('Participants that scripts know', () => {
  it('read the queues that the contracts say', () => {
    const known = Object.values(participants).map(({ service, queue }) => [service, queue]);
    const declared = Object.values<WorkQueue>(queues).filter(({ forParticipant }) => forParticipant);
    expect(known).toEqual(declared.map(({ consumer, name }) => [consumer, name]));
  });
});
