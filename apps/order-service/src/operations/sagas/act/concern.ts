import { CommitStock, ReleaseStock, ReturnStock } from '#libs/contracts/inventory/inventory.messages.js';
import { waitingCall } from '#libs/saga/engine';
import type { SagaDefinitions } from '#libs/saga/definition';
import { instanceOfRow, type SagaRow } from '#libs/saga/runner';
import type { Concern } from '../../second-person/proposable.js';

/** What one person's word is enough for: nobody's money depends on it, and a count in the warehouse shows it. */
const harmlessToClaim: ReadonlySet<string> = new Set(
  [ReleaseStock, CommitStock, ReturnStock].map(({ type }) => type),
);

/** What makes it take a second person to take the waiting command of a saga as done by hand. */
export function concernOfResolving(
  row: SagaRow,
  definitions: Pick<SagaDefinitions<never>, 'get'>,
): Concern | null {
  const call = waitingCall(instanceOfRow(row));
  if (!call) return null;
  const step = definitions.get(row.saga, row.version).steps.find(({ name }) => name === call.step);
  const type = (call.operation === 'action' ? step : step?.compensate)?.ask.message.type;
  if (type !== undefined && harmlessToClaim.has(type)) return null;
  // Not the saga's revision: that grows each time the command is asked again, and it is still the same command.
  const { commandId, operation } = call;
  return {
    why: `somebody claims to have done ${type ?? call.step} by hand`,
    about: { commandId, operation, step: call.step },
  };
}
