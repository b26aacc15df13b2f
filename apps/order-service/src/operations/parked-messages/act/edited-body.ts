import { messageTypes } from '#libs/contracts/catalogue-of-messages.js';
import { hasCardNumber, noCardNumber, withoutCardNumbers } from '#libs/kernel/card-number.js';
import type { JsonObject } from '#libs/kernel/json.js';
import type { WorkingSet } from '#libs/persistence/unit-of-work';
import { changesBetween } from '../../audit/changes.js';
import { CannotBeEdited, InvalidMessageData } from '../parked-message.errors.js';
import type { ParkedMessageRow } from '../parked-message.row.js';
import { wayBack } from './settle-parked-message.js';

const maxIssues = 20;

/**
 * The message with other data and all else as it was, unknown attributes included. The data are checked as a sender's
 * are: what is redriven can be read, and brings no card number in that was not there.
 */
export function editedBody(work: WorkingSet, row: ParkedMessageRow, data: JsonObject): EditedBody {
  const way = wayBack(work, row);
  if (!way.possible) throw new CannotBeEdited(row.id, way.why);
  const { type } = way.message;
  const contract = messageTypes.get(type);
  if (!contract) throw new CannotBeEdited(row.id, `this release knows no ${type}`);
  const checked = contract.schema.safeParse(data);
  if (!checked.success) {
    const issues = checked.error.issues.slice(0, maxIssues);
    throw new InvalidMessageData(
      type,
      issues.map(({ path, message }) => ({
        pointer: withoutCardNumbers(['/data', ...path.map(String)].join('/')),
        detail: message,
      })),
    );
  }
  const bytes = Buffer.from(JSON.stringify({ ...way.json, data: checked.data }));
  const after = JSON.parse(bytes.toString('utf8')) as unknown;
  refuseNewCardNumbers(type, way.json, after);
  return { before: way.json, after, bytes };
}

/** What was there before stays: the order that it belongs to has it, and waits for its message. */
function refuseNewCardNumbers(type: string, before: unknown, after: unknown): void {
  const brought = changesBetween(before, after)
    .filter((change) => hasCardNumber(change.path) || hasCardNumber(JSON.stringify(change.after)))
    .slice(0, maxIssues);
  if (brought.length === 0) return;
  throw new InvalidMessageData(
    type,
    brought.map(({ path }) => ({ pointer: withoutCardNumbers(path), detail: noCardNumber })),
  );
}

interface EditedBody {
  /** As a redrive would have sent it until now. */
  readonly before: unknown;
  readonly after: unknown;
  readonly bytes: Buffer;
}
