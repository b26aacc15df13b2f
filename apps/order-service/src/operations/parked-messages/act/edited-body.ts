import { messageTypes } from '#libs/contracts/catalogue-of-messages.js';
import type { JsonObject } from '#libs/kernel/json.js';
import type { WorkingSet } from '#libs/persistence/unit-of-work';
import { CannotBeEdited, InvalidMessageData } from '../parked-message.errors.js';
import type { ParkedMessageRow } from '../parked-message.row.js';
import { wayBack } from './settle-parked-message.js';

const maxIssues = 20;

/**
 * The message with other data and all else as it was, unknown attributes included. The data are checked as a sender's
 * are: what is redriven can be read.
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
        pointer: ['/data', ...path.map(String)].join('/'),
        detail: message,
      })),
    );
  }
  const bytes = Buffer.from(JSON.stringify({ ...way.json, data: checked.data }));
  return { before: way.json, after: JSON.parse(bytes.toString('utf8')) as unknown, bytes };
}

interface EditedBody {
  /** As a redrive would have sent it until now. */
  readonly before: unknown;
  readonly after: unknown;
  readonly bytes: Buffer;
}
