import type { Outbox } from '#libs/messaging/outbox';
import { lock, type WorkingSet } from '#libs/persistence/unit-of-work';
import { changesBetween, shownChanges, type Change } from '../../audit/changes.js';
import { parkedBodies } from '../parked-body.row.js';
import { CannotBeRedriven, ParkedMessageNotFound, ParkedMessageSettled } from '../parked-message.errors.js';
import { parkedMessages, type ParkedMessageRow } from '../parked-message.row.js';
import type { Guarded } from '../../second-person/proposable.js';
import type { ParkedMessageActing } from './act-on-parked-message.command.js';
import type { ParkedMessageActionAnswer } from './act-on-parked-message.dto.js';
import { changesMade, concernOfDiscarding, concernOfRedriving } from './concern.js';
import { editedBody } from './edited-body.js';
import { redrive, settle, wayBack } from './settle-parked-message.js';

interface Acting {
  readonly id: string;
  readonly acting: ParkedMessageActing;
  readonly by: string;
}

/**
 * Acts on a message that waits for a person. Whoever comes second is refused: by then it is on its way, or done with.
 * @throws ParkedMessageNotFound, ParkedMessageSettled, CannotBeRedriven, CannotBeEdited, InvalidMessageData
 */
export const actOnParkedMessage = (
  acting: Acting,
  outbox: Pick<Outbox, 'redrive'>,
): Guarded<ParkedMessageActionAnswer> => ({
  act: {
    name: 'act-on-parked-message',
    load: [lock(parkedMessages, acting.id), lock(parkedBodies, acting.id)],
    decide: (work) => {
      const { answer, deed } = prepare(work, acting, outbox);
      deed.do();
      return { ...answer, state: work.get(parkedMessages, acting.id).state };
    },
  },
  foresee: (work) => {
    const { answer } = prepare(work, acting, outbox);
    return { ...answer, preview: true, text: `Would: ${answer.text}.` };
  },
  concernOf: (work) => concerns[acting.acting.action](work, work.get(parkedMessages, acting.id)),
  outcomeOf: () => 'done',
});

const concerns: Readonly<Record<ParkedMessageActing['action'], typeof concernOfRedriving>> = {
  redrive: concernOfRedriving,
  discard: concernOfDiscarding,
  // Nothing happens before it is redriven.
  edit: () => null,
};

interface Prepared {
  readonly answer: ParkedMessageActionAnswer;
  readonly deed: Deed;
}

function prepare(work: WorkingSet, { id, acting, by }: Acting, outbox: Pick<Outbox, 'redrive'>): Prepared {
  const row = work.find(parkedMessages, id);
  if (!row) throw new ParkedMessageNotFound(id);
  if (row.state !== 'parked') throw new ParkedMessageSettled(id, row.state);
  const deed = deeds[acting.action](work, row, acting, by, outbox);
  const { action } = acting;
  const changes = deed.changes && shownChanges(deed.changes);
  return { deed, answer: { id, action, preview: false, text: deed.text, state: row.state, changes } };
}

/** Something that may be done, and what it is in words. */
interface Deed {
  readonly text: string;
  readonly changes?: readonly Change[];
  readonly do: () => void;
}

type Prepare = (
  work: WorkingSet,
  row: ParkedMessageRow,
  acting: ParkedMessageActing,
  by: string,
  outbox: Pick<Outbox, 'redrive'>,
) => Deed;

const deeds: Readonly<Record<ParkedMessageActing['action'], Prepare>> = {
  redrive: (work, row, _, by, outbox) => {
    const way = wayBack(work, row);
    if (!way.possible) throw new CannotBeRedriven(row.id, way.why);
    return {
      text: `go back to ${row.queue} under its own id${row.edited ? ', with the data it was given' : ''}`,
      ...(row.edited && { changes: changesMade(work, row) }),
      do: () => redrive(work, row, way, outbox, { by, jobId: null }),
    };
  },
  edit: (work, row, acting) => {
    const { before, after, bytes } = editedBody(work, row, acting.action === 'edit' ? acting.data : {});
    return {
      text: 'have other data, under its own id, and wait to be redriven; the original is kept',
      changes: changesBetween(before, after),
      do: () => {
        work.update(parkedBodies, { ...work.get(parkedBodies, row.id), edited: bytes });
        work.update(parkedMessages, { ...row, edited: true });
      },
    };
  },
  discard: (work, row, _, by) => ({
    text: `never go back to ${row.queue}; it is kept for a while`,
    do: () => settle(work, row, 'discarded', { by, jobId: null }),
  }),
};
