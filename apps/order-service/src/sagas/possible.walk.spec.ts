import { describe, expect, it } from '@jest/globals';
import type { TimelineEntry } from '#libs/saga/engine';
import { possibleContradictions, possibleOutcomes, possibleResults } from '#libs/saga/engine/possible.js';
import type { SagaSamples } from '#libs/saga/testing/recording.js';
import { walk } from '#libs/saga/testing/walk.js';
import { orderSagas } from './order-sagas.js';
import { samples as cancelOrder } from './testing/cancel-order.samples.js';
import { samples as giveBack } from './testing/give-back.samples.js';
import { samples as placeOrder } from './testing/place-order.samples.js';

const samplesOf: Readonly<Record<string, SagaSamples<never>>> = {
  'place-order': placeOrder as SagaSamples<never>,
  'cancel-order': cancelOrder as SagaSamples<never>,
  'give-back': giveBack as SagaSamples<never>,
};

/** Metrics have a series for what can be, and for nothing else: more are a cost, and fewer would be missing. */
describe.each(
  orderSagas.all.map((definition) => [`${definition.name} v${definition.version}`, definition] as const),
)('what the timelines of %s can say', (_, definition) => {
  const said: TimelineEntry[] = [];
  const { begunWith, answers } = samplesOf[definition.name]!;
  walk<unknown, unknown>(definition, {
    begunWith: Object.values(begunWith),
    samples: ({ type }) => answers[type] ?? [{}],
    parks: /./,
    check: ({ effects }) => said.push(...effects.timeline),
  });
  const distinct = (values: (string | undefined)[]) => [...new Set(values)].filter((value) => value).sort();

  it.each(definition.steps.map((step) => [step.name, step] as const))(
    'of the results of %s',
    (name, step) => {
      const results = said.filter((entry) => entry.step === name).map(({ result }) => result);
      expect(possibleResults(step).sort()).toEqual(distinct(results));
    },
  );

  it('of its outcomes', () => {
    expect(possibleOutcomes(definition).sort()).toEqual(distinct(said.map(({ outcome }) => outcome)));
  });

  it('of its contradictions', () => {
    const found = said.map(({ contradiction }) => contradiction);
    expect(possibleContradictions(definition).sort()).toEqual(distinct(found));
  });
});
