import type { Duty } from '../duty.js';
import type { ParticipantUnderTest } from '../participant-under-test.js';

/** Of what cannot be looked at without a way to kill the participant. */
export const needsRestart = ({ context }: ParticipantUnderTest): string | undefined =>
  context.restart ? undefined : '--restart';

/** For the load under which a participant is killed. */
export const maxLoad = 500;

/** A delivery that its consumer did not live to settle. */
export const dutiesAboutRedelivery: readonly Duty<ParticipantUnderTest>[] = [
  {
    name: 'redelivered-unanswered',
    sentence:
      'A message that the broker marks as redelivered is handled like any other: whoever had it may have died before it did anything.',
    check: async (on) => {
      const { command, answer } = on.effective();
      await on.orchestrator.postAsRedelivered(command);
      await on.orchestrator.expect(command, answer);
      await on.undo(command);
    },
  },
];
