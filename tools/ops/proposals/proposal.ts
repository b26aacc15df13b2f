import type { OpsContext } from '../command.js';
import { oneLine } from '../output.js';

/** What the API says of a proposal; see apps/order-service/src/operations/second-person. */
export interface Proposal {
  readonly id: string;
  readonly action: string;
  readonly target: string;
  readonly text: string;
  readonly why: string;
  readonly changes: readonly Change[] | null;
  readonly reason: string;
  readonly state: string;
  readonly proposedBy: string;
  readonly proposedAt: string;
  readonly expiresAt: string;
}

export interface Change {
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

export const root = '/api/admin/proposals';

export const proposalPath = (id: string): string => `${root}/${encodeURIComponent(id)}`;

/** Whether an action was not done, and waits for a second person instead. */
export const isProposal = (answer: object): answer is Proposal => 'proposedBy' in answer;

/** Says that nothing was done yet, and what is missing. */
export function showProposed({ out }: Pick<OpsContext, 'out'>, { id, why, expiresAt }: Proposal): void {
  out.line(`Proposed: nothing is done yet. It takes a second person: ${oneLine(why)}.`);
  out.line(`Somebody else, until ${expiresAt}: proposals confirm ${id} --reason WHY`);
}

export function showChanges(
  { out }: Pick<OpsContext, 'out'>,
  changes: readonly Change[] | null | undefined,
): void {
  if (!changes || changes.length === 0) return;
  out.table(
    ['what', 'before', 'after'],
    changes.map(({ path, before, after }) => [path, valueText(before), valueText(after)]),
  );
}

const valueText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
