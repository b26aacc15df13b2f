import type { Difference } from '../books/accounts.js';
import { owed, type Duty } from '../duty.js';
import type { ParticipantUnderTest } from '../participant-under-test.js';
import { contradictionIn } from '../standing-rules.js';
import { cameLine } from '../transcript.js';

/** Of all that came in the run, also when nobody waited for it any more. */
export const standingDuties: readonly Duty<ParticipantUnderTest>[] = [
  {
    name: 'answers-stand',
    sentence:
      'No answer contradicts one before it, however late it comes: nothing is taken or held after it was refused or undone, nothing refused that was done.',
    check: async (on) => {
      await on.goesOn();
      for (const history of on.histories()) {
        const found = contradictionIn(history);
        owed(
          !found,
          found ? `nothing that contradicts ${cameLine(found.before)}` : '',
          found ? cameLine(found.after) : '',
        );
      }
    },
  },
];

/** @throws DutyBroken with the first difference. */
export function agrees([first, ...others]: readonly Difference[]): void {
  const more = others.length === 0 ? '' : `, and ${others.length} more differences`;
  owed(!first, first?.expected ?? '', `${first?.came ?? ''}${more}`);
}
