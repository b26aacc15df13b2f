import { describe, expect, it } from '@jest/globals';
import type { OpsCommand } from './command.js';
import { OpsError, UsageError } from './ops-error.js';
import { runOps } from './run-ops.js';
import { fakeTerminal } from './testing/fake-terminal.js';

const doing = (run: OpsCommand['run']): OpsCommand => ({
  name: 'things',
  summary: 'all there is',
  usage: 'things list',
  run,
});

async function ran(args: readonly string[], run: OpsCommand['run'] = () => Promise.resolve(0)) {
  const { context, shown } = fakeTerminal();
  const complaints: string[] = [];
  const code = await runOps([doing(run)], args, context, (text) => complaints.push(text));
  return { code, shown: shown(), complaints: complaints.join('\n') };
}

describe('the operator command line', () => {
  it('hands a group its arguments, and ends with its code', async () => {
    const { code } = await ran(['things', 'list', '--all'], (args) => {
      expect(args).toEqual(['list', '--all']);
      return Promise.resolve(1);
    });
    expect(code).toBe(1);
  });

  it.each([
    [[], 2],
    [['help'], 0],
    [['--help'], 0],
  ])('lists the groups for %p', async (args, code) => {
    const { shown, ...result } = await ran(args);
    expect(result.code).toBe(code);
    expect(shown).toMatch(/things\s+all there is/);
  });

  it.each([
    ['things', 'help'],
    ['things', 'list', '--help'],
  ])('shows the verbs of a group for %s %s', async (...args) => {
    await expect(ran(args)).resolves.toMatchObject({ code: 0, shown: 'things list\n' });
  });

  it('says what there is when it knows no such group', async () => {
    const { code, complaints } = await ran(['nothing']);
    expect(code).toBe(2);
    expect(complaints).toMatch(/no group nothing[^]*things/);
  });

  it('shows the usage with what makes no sense, and the bare sentence with what was refused', async () => {
    await expect(ran(['things'], () => Promise.reject(new UsageError('which?')))).resolves.toMatchObject({
      code: 2,
      complaints: 'which?\n\nthings list',
    });
    await expect(ran(['things'], () => Promise.reject(new OpsError('it is over')))).resolves.toMatchObject({
      code: 1,
      complaints: 'it is over',
    });
  });
});
