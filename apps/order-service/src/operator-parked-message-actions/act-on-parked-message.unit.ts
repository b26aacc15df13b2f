import type { Outbox } from '#libs/messaging/outbox.js';
import { lock, type Unit, type Work } from '#libs/persistence/unit-of-work.js';
import { parkedBodies } from '../parked-messages/parked-body.row.js';
import {
  CannotBeRedriven,
  ParkedMessageNotFound,
  ParkedMessageSettled,
} from '../parked-messages/parked-message.errors.js';
import { parkedMessages, type ParkedMessageRow } from '../parked-messages/parked-message.row.js';
import type { ParkedMessageActing } from './act-on-parked-message.command.js';
import type { ParkedMessageActionAnswer } from './act-on-parked-message.dto.js';
import { editedBody } from './edited-body.js';
import { redrive, settle, wayBack } from './settle-parked-message.js';

interface Acting {
  readonly id: string;
  readonly acting: ParkedMessageActing;
  readonly by: string;
  /** Check all, do nothing. */
  readonly preview: boolean;
}

/**
 * Acts on a message that waits for a person. Whoever comes second is refused: by then it is on its way, or done with.
 * @throws ParkedMessageNotFound, ParkedMessageSettled, CannotBeRedriven, CannotBeEdited, InvalidMessageData
 */
export const actOnParkedMessage = (
  { id, acting, by, preview }: Acting,
  outbox: Pick<Outbox, 'redrive'>,
): Unit<ParkedMessageActionAnswer> => ({
  name: 'act-on-parked-message',
  load: [lock(parkedMessages, id), lock(parkedBodies, id)],
  decide: (work) => {
    const row = work.find(parkedMessages, id);
    if (!row) throw new ParkedMessageNotFound(id);
    if (row.state !== 'parked') throw new ParkedMessageSettled(id, row.state);
    const act = deeds[acting.action](work, row, acting, by, outbox);
    if (!preview) act.do();
    const state = work.get(parkedMessages, id).state;
    return { id, action: acting.action, preview, text: preview ? `Would: ${act.text}` : act.text, state };
  },
});

/** Something that may be done, and what it is in words. */
interface Deed {
  readonly text: string;
  readonly do: () => void;
}

type Prepare = (
  work: Work,
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
      do: () => redrive(work, row, way, outbox, { by, jobId: null }),
    };
  },
  edit: (work, row, acting) => {
    const edited = editedBody(work, row, acting.action === 'edit' ? acting.data : {});
    return {
      text: 'have other data, under its own id, and wait to be redriven; the original is kept',
      do: () => {
        work.update(parkedBodies, { ...work.get(parkedBodies, row.id), edited });
        work.update(parkedMessages, { ...row, edited: true });
      },
    };
  },
  discard: (work, row, _, by) => ({
    text: `never go back to ${row.queue}; it is kept for a while`,
    do: () => settle(work, row, 'discarded', { by, jobId: null }),
  }),
};
