import { createHash } from 'node:crypto';
import type { Caller } from '#libs/kernel/caller.js';
import { canonicalJson } from '#libs/kernel/canonical-json.js';
import { newId } from '#libs/kernel/ids.js';
import { lock, type UnitOfWork, type WorkingSet } from '#libs/persistence/unit-of-work';
import { audited } from '../audit/audited.js';
import type { Change } from '../audit/changes.js';
import type { OperatorAction } from '../audit/operator-action.js';
import { stateOf, toProposalItem, type ProposalItem } from './proposal-item.js';
import { OwnProposal, ProposalNotFound, ProposalOutdated, ProposalSettled } from './proposal.errors.js';
import { proposals, type ProposalRow } from './proposal.row.js';
import { isSamePerson } from './same-person.js';

/** Long enough for the next shift, short enough that nobody confirms what everybody has forgotten. */
const proposalHours = 24;

/** What makes an action take a second person. */
export interface Concern {
  /** In a phrase, for both persons. */
  readonly why: string;
  /** All that the second person agrees to. When it has changed by then, they are refused. */
  readonly about: unknown;
}

/** An action that may take a second person. All of it decides on the rows that `act` loads. */
export interface Guarded<Result extends Told> {
  readonly act: UnitOfWork<Result>;
  /** Says what it would do, and does nothing. @throws where it cannot be done. */
  readonly foresee: (work: WorkingSet) => Result;
  /** Null: one person is enough. */
  readonly concernOf: (work: WorkingSet) => Concern | null;
  /** For the audit trail. */
  readonly outcomeOf: (result: Result) => string;
}

export interface Told {
  readonly text: string;
  /** As they are shown. */
  readonly changes?: readonly Change[] | undefined;
}

/** Nothing was done: it waits for a second person. */
export interface Proposed {
  readonly proposed: ProposalItem;
}

export const isProposed = (result: object): result is Proposed => 'proposed' in result;

/** Which proposal an action is the confirmation of. */
export interface Confirms {
  readonly id: string;
  readonly proposedBy: string;
}

export interface Asked extends OperatorAction {
  /** Null: whoever asks is the first person. */
  readonly confirms: Confirms | null;
}

/** Admins need no second person. */
export const mayActAlone = ({ roles }: Pick<Caller, 'roles'>): boolean => roles.includes('admin');

/**
 * Does what one person may do alone, and makes a proposal of all else; or confirms one. In the audit trail either way, in
 * the transaction of the action itself.
 * @throws OwnProposal, ProposalNotFound, ProposalSettled, ProposalOutdated, and what the action throws.
 */
export const proposable = <Result extends Told>(
  asked: Asked,
  guarded: Guarded<Result>,
): UnitOfWork<Result | Proposed> =>
  asked.confirms ? confirmed(asked, asked.confirms, guarded) : doneOrProposed(asked, guarded);

/** Says what would happen, and whether it takes a second person. */
export const foreseen = <Result extends Told>(
  { caller, confirms }: Pick<Asked, 'caller' | 'confirms'>,
  guarded: Guarded<Result>,
): UnitOfWork<Result> => ({
  ...guarded.act,
  load: [...(confirms ? [lock(proposals, confirms.id)] : []), ...guarded.act.load],
  decide: (work) => {
    if (confirms) requireConfirmable(work, confirms, caller, guarded);
    const told = guarded.foresee(work);
    const concern = confirms || mayActAlone(caller) ? null : guarded.concernOf(work);
    return concern ? { ...told, text: `${told.text} It takes a second person: ${concern.why}.` } : told;
  },
});

function doneOrProposed<Result extends Told>(
  asked: Asked,
  guarded: Guarded<Result>,
): UnitOfWork<Result | Proposed> {
  const { act, foresee, concernOf, outcomeOf } = guarded;
  const id = newId();
  const unit: UnitOfWork<Result | Proposed> = {
    ...act,
    decide: (work) => {
      const told = foresee(work);
      const concern = mayActAlone(asked.caller) ? null : concernOf(work);
      return concern ? propose(work, id, asked, told, concern) : act.decide(work);
    },
  };
  const outcome = (result: Result | Proposed): string =>
    isProposed(result) ? `proposed: ${result.proposed.id}` : outcomeOf(result);
  return audited(asked, unit, outcome, (result) =>
    isProposed(result) ? result.proposed.changes : (result.changes ?? null),
  );
}

function confirmed<Result extends Told>(
  asked: Asked,
  confirms: Confirms,
  guarded: Guarded<Result>,
): UnitOfWork<Result> {
  const { act, outcomeOf } = guarded;
  const unit: UnitOfWork<Result> = {
    ...act,
    load: [lock(proposals, confirms.id), ...act.load],
    decide: (work) => {
      const row = requireConfirmable(work, confirms, asked.caller, guarded);
      const settled = { settledBy: asked.caller.subject, settledAt: work.now };
      work.update(proposals, { ...row, ...settled, state: 'confirmed' });
      return act.decide(work);
    },
  };
  return audited(
    { ...asked, action: 'proposal.confirm' },
    unit,
    (result) => `${asked.action}: ${outcomeOf(result)}; proposed by ${confirms.proposedBy}`,
    ({ changes = null }) => changes,
  );
}

function requireConfirmable<Result extends Told>(
  work: WorkingSet,
  { id }: Confirms,
  { subject }: Caller,
  { foresee, concernOf }: Guarded<Result>,
): ProposalRow {
  const row = openProposal(work, id);
  if (isSamePerson(row.proposedBy, subject)) throw new OwnProposal(id);
  // What cannot be done any more says why by itself.
  foresee(work);
  const concern = concernOf(work);
  if (!concern || digestOf(concern) !== row.seen) throw new ProposalOutdated(id);
  return row;
}

/** A proposal that nobody has settled yet, locked. @throws ProposalNotFound, ProposalSettled */
export function openProposal(work: WorkingSet, id: string): ProposalRow {
  const row = work.find(proposals, id);
  if (!row) throw new ProposalNotFound(id);
  const state = stateOf(row, work.now);
  if (state !== 'open') throw new ProposalSettled(id, state);
  return row;
}

function propose(
  work: WorkingSet,
  id: string,
  { caller, action, target, reason }: Asked,
  { text, changes }: Told,
  concern: Concern,
): Proposed {
  const row: ProposalRow = {
    id,
    action,
    target,
    reason,
    text: text.slice(0, 1000),
    why: concern.why.slice(0, 500),
    changes: changes ?? null,
    seen: digestOf(concern),
    proposedBy: caller.subject,
    proposedAt: work.now,
    expiresAt: new Date(work.now.getTime() + proposalHours * 3_600_000),
    state: 'open',
    settledBy: null,
    settledAt: null,
  };
  work.insert(proposals, row);
  return { proposed: toProposalItem(row, work.now) };
}

const digestOf = ({ about }: Concern): string =>
  createHash('sha256').update(canonicalJson(about)).digest('hex');
