import { describe, expect, it } from '@jest/globals';
import { Shutdown } from './shutdown.mjs';

describe('Shutdown', () => {
  it('ends what is under way, then undoes in reverse order', async () => {
    const done: string[] = [];
    const shutdown = new Shutdown({ before: async () => done.push('command') });
    shutdown.add('server', () => done.push('server'));
    shutdown.add('service', () => done.push('service'));
    await shutdown.run();
    expect(done).toEqual(['command', 'service', 'server']);
  });

  it('undoes once, however often it is asked', async () => {
    let times = 0;
    const shutdown = new Shutdown();
    shutdown.add('it', () => times++);
    await Promise.all([shutdown.run(), shutdown.run()]);
    expect(times).toBe(1);
  });

  it('undoes what is added while it runs, and after', async () => {
    const done: string[] = [];
    const shutdown = new Shutdown();
    shutdown.add('first', () => shutdown.add('second', () => done.push('second')));
    await shutdown.run();
    shutdown.add('late', () => done.push('late'));
    expect(done).toEqual(['second', 'late']);
  });

  it('undoes the rest when one fails, then says which', async () => {
    const done: string[] = [];
    const shutdown = new Shutdown();
    shutdown.add('server', () => done.push('server'));
    shutdown.add('service', () => Promise.reject(new Error('stuck')));
    await expect(shutdown.run()).rejects.toThrow('service could not be stopped: stuck');
    expect(done).toEqual(['server']);
  });
});
