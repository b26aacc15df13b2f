import { callerOf } from '#libs/kernel/caller.js';
import type { AnyCommand, Parts } from '../services/parts.js';
import type { PlantedBug } from './planted-bug.js';

/** Altered on its way from the door to its handler. */
const asked =
  (otherwise: (command: AnyCommand) => Partial<AnyCommand>): Parts['command'] =>
  (command) => ({ ...command, ...otherwise(command) });

/** Orders are looked up, and references kept, for somebody who may do everything. */
const byAnybody = { caller: callerOf('anybody', ['operator']) };

export const nameBugs: readonly PlantedBug[] = [
  {
    name: 'idempotency-key-of-anybody',
    what: 'A key is looked up without asking whose it is.',
    parts: {
      command: asked(({ idempotency }) => ({
        idempotency: idempotency && { ...idempotency, caller: 'anybody' },
      })),
    },
  },
  {
    name: 'idempotency-key-for-anything',
    what: 'A key is looked up without asking what it was used for.',
    parts: {
      command: asked(({ idempotency }) => ({
        idempotency: idempotency && { ...idempotency, operation: 'anything' },
      })),
    },
  },
  {
    name: 'reference-of-anybody',
    what: "A customer's own name for an order is taken from all others.",
    parts: { command: asked((command) => ('requested' in command ? byAnybody : {})) },
  },
  {
    name: 'cancelled-by-anybody',
    what: 'Who knows the id of an order may cancel it.',
    parts: { command: asked((command) => ('requested' in command ? {} : byAnybody)) },
  },
];
