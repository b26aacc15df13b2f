import { describe, expect, it } from '@jest/globals';
import { OpsError } from './ops-error.js';
import { fakeTerminal } from './testing/fake-terminal.js';

describe('the operator command line', () => {
  it.each(['help', '--help'])('lists the groups for %p', async (line) => {
    const { ops, shown } = fakeTerminal();
    await expect(ops(line)).resolves.toBe(0);
    for (const group of ['sagas', 'parked', 'reconciliation', 'proposals', 'audit'])
      expect(shown()).toMatch(new RegExp(`^  ${group}  `, 'm'));
  });

  it.each(['sagas help', 'sagas --help', 'help sagas'])('shows the verbs of a group for %p', async (line) => {
    const { ops, shown } = fakeTerminal();
    await expect(ops(line)).resolves.toBe(0);
    expect(shown()).toMatch(/Usage: npm run ops -- sagas[^]*\n {2}compensate \[options\] <id> +undo it all/);
  });

  it.each(['sagas list --help', 'sagas list --limit 5 --help', 'sagas help list'])(
    'shows what a verb takes for %p',
    async (line) => {
      const { ops, calls, shown } = fakeTerminal();
      await expect(ops(line)).resolves.toBe(0);
      expect(shown()).toMatch(/Usage: npm run ops -- sagas list[^]*--older-than <age> +begun[^]*--json/);
      expect(calls).toEqual([]);
    },
  );

  it.each(['', 'sagas', 'nothing', 'sagas list --colour', 'sagas list more', 'sagas list --limit'])(
    'ends with 2 for %p, and complains apart from the output',
    async (line) => {
      const { ops, calls, shown, complaints } = fakeTerminal();
      await expect(ops(line)).resolves.toBe(2);
      expect(complaints()).toContain('Usage: npm run ops --');
      expect([shown(), calls]).toEqual(['', []]);
    },
  );

  it('does not take an option for the value of the one before', async () => {
    const { ops, calls, complaints } = fakeTerminal();
    await expect(ops('parked discard m-1 --yes --reason --preview')).resolves.toBe(2);
    expect(complaints()).toContain("option '--reason <why>' argument missing");
    expect(calls).toEqual([]);
  });

  it('says no more than why when it was refused', async () => {
    const { ops, complaints } = fakeTerminal(() => {
      throw new OpsError('it is over');
    });
    await expect(ops('sagas summary')).resolves.toBe(1);
    expect(complaints()).toBe('it is over\n');
  });

  it('leaves to others what nobody foresaw', async () => {
    const { ops } = fakeTerminal(() => {
      throw new TypeError('a defect');
    });
    await expect(ops('sagas summary')).rejects.toThrow('a defect');
  });
});
