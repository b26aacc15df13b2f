import { describe, expect, it } from '@jest/globals';
import { chooseSource, NoSource, type Source } from './choose-source.mjs';

const server = { url: 'mysql://somewhere', version: '1' };
const taken: string[] = [];

const source = (name: string, more: Partial<Source> = {}): Source => ({
  name,
  look: async () => ({ applies: true, why: `${name} is there` }),
  take: async () => {
    taken.push(name);
    return server;
  },
  ...more,
});
const absent = (name: string, more: Partial<Source> = {}): Source =>
  source(name, { look: async () => ({ applies: false, why: `no ${name}` }), ...more });
const broken = (name: string, more: Partial<Source> = {}): Source =>
  source(name, { take: async () => Promise.reject(new Error(`${name} broke\nwith details`)), ...more });

describe('choosing where a server comes from', () => {
  it('takes the first that applies, and looks no further', async () => {
    const later = source('later', { look: async () => Promise.reject(new Error('looked too far')) });
    const { source: chosen, tried } = await chooseSource([absent('first'), source('second'), later]);
    expect(chosen.name).toBe('second');
    expect(tried).toEqual([{ name: 'first', why: 'no first' }]);
  });

  it('passes over one that fails, and says so', async () => {
    const said: string[] = [];
    const { source: chosen } = await chooseSource([broken('containers'), source('binaries')], {
      say: (text: string) => said.push(text),
    });
    expect(chosen.name).toBe('binaries');
    expect(said).toEqual(['containers did not work: containers broke']);
  });

  it('never replaces what was asked for by name', async () => {
    taken.length = 0;
    const given = broken('DATABASE_URL', { binding: true });
    await expect(chooseSource([given, source('binaries')])).rejects.toThrow(
      'DATABASE_URL (DATABASE_URL is there) cannot be used: DATABASE_URL broke',
    );
    expect(taken).toEqual([]);
  });

  it('tries nothing else for one that failed because everything is being stopped', async () => {
    taken.length = 0;
    let stopping = false;
    const interrupted = source('binaries', {
      take: async () => {
        stopping = true;
        throw new Error('killed');
      },
    });
    await expect(chooseSource([interrupted, source('packages')], { ended: () => stopping })).rejects.toThrow(
      'killed',
    );
    expect(taken).toEqual([]);
  });

  it('ends with what was tried, and why each failed', async () => {
    const failure = await chooseSource([absent('a'), broken('b')]).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(NoSource);
    expect((failure as NoSource).tried).toEqual([
      { name: 'a', why: 'no a' },
      { name: 'b', why: 'b broke\nwith details' },
    ]);
  });
});
