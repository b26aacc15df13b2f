import { newId } from '#libs/kernel/ids.js';
import { toOtherVersion, toUnknownType } from '../broken.js';
import { command, toMessage } from '../command.js';
import type { Duty } from '../duty.js';
import { areParked } from './parking.js';
import type { ParticipantUnderTest } from '../participant-under-test.js';

/** What a participant does with input that it cannot or must not handle. */
export const dutiesAboutInput: readonly Duty<ParticipantUnderTest>[] = [
  {
    name: 'unknown-fields',
    sentence: 'Attributes and fields that it does not know, it ignores: within a version, messages grow.',
    check: async (on) => {
      const { command: known, answer } = on.effective();
      const grown = { ...known, data: { ...(known.data as object), colour: 'green', more: { of: ['it'] } } };
      await on.orchestrator.post(grown, { priority: 'low', comeslater: 1 });
      await on.orchestrator.expect(grown, answer);
      await on.undo(grown);
    },
  },
  {
    name: 'no-tracing',
    sentence: 'A command without traceparent is as good as one with.',
    check: async (on) => {
      const { command: asked, answer } = on.effective();
      await on.orchestrator.post(asked, { traceparent: undefined });
      await on.orchestrator.expect(asked, answer);
      await on.undo(asked);
    },
  },
  {
    name: 'broken-payload',
    sentence: 'A payload that its schema refuses is not answered, and does not hold up what comes behind it.',
    check: async (on) => {
      const commands = Object.values(on.broken());
      for (const wrong of commands) await on.orchestrator.post(wrong);
      await on.staysUnanswered(commands);
    },
  },
  {
    name: 'other-version',
    sentence: 'A command of a version that it does not know is not answered: it may mean something else.',
    check: async (on) => {
      const { command: asked } = on.effective();
      await on.orchestrator.post(asked, toOtherVersion(asked));
      await on.staysUnanswered([asked]);
    },
  },
  {
    name: 'unknown-type',
    sentence: 'A type that it does not know is not answered.',
    check: async (on) => {
      const { command: asked } = on.effective();
      await on.orchestrator.post(asked, toUnknownType(asked));
      await on.staysUnanswered([asked]);
    },
  },
];

/** Crashes careless ones. */
export const dutiesAboutGarbage: readonly Duty<ParticipantUnderTest>[] = [
  {
    name: 'not-json',
    sentence: 'What is not JSON does not stop the queue, and is parked.',
    check: async (on) => {
      const whole = toMessage(on.effective().command).body;
      const nothing = command({ ...on.harmless().message }, newId(), {});
      const bodies = [
        whole.subarray(0, whole.length / 2),
        Buffer.of(0xff, 0xfe, 0),
        Buffer.from('null'),
        Buffer.of(),
      ];
      const sent = bodies.map((body) => ({ id: newId(), type: nothing.message.type, body }));
      for (const message of sent) await on.orchestrator.repost(message);
      await on.goesOn();
      await areParked(on, sent);
    },
  },
];
