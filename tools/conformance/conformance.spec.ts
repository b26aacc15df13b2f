import { describe, expect, it } from '@jest/globals';
import { inventory } from '../../kit/examples/javascript/inventory.mjs';
import { payments } from '../../kit/examples/javascript/payment.mjs';
import { inventoryDuties, paymentDuties } from './duties.js';
import { hasFailed, runConformance, type Finding, type RunOptions } from './run.js';
import { linesOf, summaryOf } from './report.js';
import { faultsOfBoth } from './testing/faults-of-both.js';
import { inventoryFaults, fakeSku, fakeStock } from './testing/inventory-faults.js';
import { paymentFaults } from './testing/payment-faults.js';
import type { PlantedFaults } from './testing/planted-fault.js';
import { FakeParticipant, type Fault, type Rules } from './testing/fake-participant.js';

/** A busy machine is no broken duty, so answers have time. */
const timeouts = { answerSeconds: 3, quietSeconds: 0.01 };
const tokens = { ok: 'tok_ok', declined: 'tok_declined', pending: 'tok_pending', slow: 'tok_slow' };

const queues = {
  inventory: {
    rules: () => inventory({ [fakeSku]: fakeStock }) as Rules,
    participant: { queue: 'inventory.commands', sku: fakeSku, stock: fakeStock },
    duties: inventoryDuties,
  },
  payment: {
    rules: () => payments({ settleMs: 1_000 }) as Rules,
    participant: { queue: 'payment.commands', tokens, currency: 'USD', settleSeconds: 3 },
    duties: paymentDuties,
  },
} as const;

const run = (
  { rules, participant }: { rules: () => Rules; participant: RunOptions['participant'] },
  fault: Fault = {},
  only?: readonly string[],
): Promise<readonly Finding[]> => {
  let fake: FakeParticipant;
  return runConformance(
    { timeouts, participant, only, restart: () => fake.restart(), restartSeconds: 2 },
    (onReply) => Promise.resolve((fake = new FakeParticipant(rules, fault, onReply))),
  );
};

const broken = (findings: readonly Finding[]): string[] =>
  findings.filter((finding) => hasFailed(finding) || finding.outcome === 'not-done').map(({ name }) => name);

const planted = (faults: PlantedFaults) =>
  Object.entries(faults).map(([what, { breaks, andOthers = false, fault }]) => ({
    what,
    expected: andOthers ? (expect.arrayContaining([...breaks]) as unknown) : breaks,
    duties: breaks.join(', ') + (andOthers ? ' and others' : ', and no more'),
    fault,
  }));

describe('an inventory that does its duties', () => {
  it('passes, every one of them', async () => {
    const findings = await run(queues.inventory);
    expect(broken(findings)).toEqual([]);
    expect(findings.map(({ name }) => name)).toEqual(inventoryDuties.map(({ name }) => name));
  });
});

describe('an inventory that', () => {
  it.concurrent.each(planted({ ...faultsOfBoth, ...inventoryFaults }))(
    '$what fails $duties',
    async ({ expected, fault }) => {
      expect(broken(await run(queues.inventory, fault()))).toEqual(expected);
    },
    60_000,
  );
});

describe('a payment service that does its duties', () => {
  it('passes, every one of them', async () => {
    const findings = await run(queues.payment);
    expect(broken(findings)).toEqual([]);
    expect(findings.map(({ name }) => name)).toEqual(paymentDuties.map(({ name }) => name));
  });

  it('may have no tokens of some kinds, whose duties are left out', async () => {
    const participant = { ...queues.payment.participant, tokens: { ok: 'tok_ok' } };
    const findings = await run({ ...queues.payment, participant });
    const leftOut = findings.filter(({ outcome }) => outcome === 'not-looked-at');
    expect(leftOut.map(({ expected }) => expected)).toContain('--token-pending');
    expect(summaryOf(findings)).toBe(
      `${findings.length - leftOut.length} passed, 0 failed, ${leftOut.length} left out`,
    );
  });
});

describe('a payment service that', () => {
  it.concurrent.each(planted({ ...faultsOfBoth, ...paymentFaults }))(
    '$what fails $duties',
    async ({ expected, fault }) => {
      expect(broken(await run(queues.payment, fault()))).toEqual(expected);
    },
    60_000,
  );
});

describe('a participant that knows nothing of expiry', () => {
  it('conforms all the same', async () => {
    const { fault } = inventoryFaults['begins what has expired']!;
    const findings = await run(queues.inventory, fault());
    expect(findings.filter(hasFailed)).toEqual([]);
    expect(summaryOf(findings)).toBe(`${findings.length - 1} passed, 0 failed, 1 optional not done`);
    const text = findings.flatMap(linesOf).join('\n');
    expect(text).toMatch(/^not done {2}reserve-expired .*\n {4}optional: /m);
  });
});

describe('the report', () => {
  it('shows what was sent, what was expected, and what came', async () => {
    const { fault } = inventoryFaults['agrees to sell what is not held']!;
    const [finding] = await run(queues.inventory, fault(), ['commit-of-nothing']);
    const text = linesOf(finding!).join('\n');
    expect(text).toContain('FAILED    commit-of-nothing');
    expect(text).toContain('expected  no inventory.stock-committed.v1');
    expect(text).toMatch(/came {6}came \{.*"type":"inventory.stock-committed.v1"/);
    expect(text).toMatch(/ {6}sent \{.*"type":"inventory.commit-stock.v1"/);
  });

  it('does not wait out every duty of a participant that has died', async () => {
    const findings = await run(queues.inventory, { answers: () => undefined });
    expect(findings.map(({ outcome }) => outcome)).toEqual([
      'failed',
      ...inventoryDuties.slice(1).map(() => 'not-reached'),
    ]);
    expect(summaryOf(findings)).toBe(`0 passed, ${inventoryDuties.length} failed`);
  }, 60_000);
});

describe('duties', () => {
  it.each(Object.entries(queues))('of %s each have a name of their own, and a sentence', (_, { duties }) => {
    expect(new Set(duties.map(({ name }) => name)).size).toBe(duties.length);
    for (const { name, sentence } of duties) {
      expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(sentence).toMatch(/\.$/);
    }
  });

  it.each([
    ['inventory', inventoryDuties, { ...faultsOfBoth, ...inventoryFaults }],
    ['payment', paymentDuties, { ...faultsOfBoth, ...paymentFaults }],
  ] as const)(
    'of %s each have a fault that no other finds: without it, it would pass',
    (_, duties, faults) => {
      const found = Object.values<PlantedFaults[string]>(faults).filter(({ andOthers }) => !andOthers);
      const alone = new Set(found.flatMap(({ breaks }) => (breaks.length === 1 ? breaks : [])));
      expect(duties.map(({ name }) => name).filter((name) => !alone.has(name))).toEqual([]);
    },
  );
});
