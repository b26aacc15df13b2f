import { oldRows, type Prunable, secondsOf } from '#libs/persistence/housekeeping';
import type { Config } from '../config.js';

type Keeping = Pick<Config, 'PARKED_KEEP_DAYS' | 'JOB_KEEP_DAYS' | 'RECONCILIATION_KEEP_DAYS'>;

/** What is kept of operators' work for a while only; docs/data-retention.md says why each for so long. */
export const prunablesOf = (config: Keeping): Prunable[] => [
  settledMessages(secondsOf.days(config.PARKED_KEEP_DAYS)),
  finishedJobs(secondsOf.days(config.JOB_KEEP_DAYS)),
  oldProposals(secondsOf.days(config.JOB_KEEP_DAYS)),
  endedRuns(secondsOf.days(config.RECONCILIATION_KEEP_DAYS)),
  goneFindings(secondsOf.days(config.RECONCILIATION_KEEP_DAYS)),
];

/** A settled message without a time of its settling is none: what waits for a person is never found. */
const settledMessages = (keepSeconds: number): Prunable =>
  oldRows({
    table: 'parked_messages',
    key: 'id',
    since: 'settled_at',
    index: 'parked_messages_settled',
    with: ['parked_message_bodies'],
    keepSeconds,
    // Each with its bytes.
    batchSize: 100,
  });

const finishedJobs = (keepSeconds: number): Prunable =>
  oldRows({
    table: 'operator_jobs',
    key: 'id',
    since: 'finished_at',
    index: 'operator_jobs_finished',
    keepSeconds,
    batchSize: 500,
  });

/** Confirmed, rejected or not: expired, none can be confirmed any more, and the audit trail has what became of it. */
const oldProposals = (keepSeconds: number): Prunable =>
  oldRows({
    table: 'operator_proposals',
    key: 'id',
    since: 'expires_at',
    index: 'operator_proposals_expires',
    keepSeconds,
    batchSize: 500,
  });

/** But not the last one that went well: it says for how long none has. */
const endedRuns = (keepSeconds: number): Prunable =>
  oldRows({
    table: 'reconciliation_runs',
    key: 'id',
    since: 'ended_at',
    index: 'reconciliation_runs_state',
    order: 'state, ended_at',
    where: `state IN ('finished', 'failed') AND id <> COALESCE(
      (SELECT id FROM reconciliation_runs AS last WHERE state = 'finished' ORDER BY ended_at DESC LIMIT 1), '')`,
    keepSeconds,
    batchSize: 500,
  });

/** Those that a later run found to be so no more. What an operator chose to ignore stays, or the next run would report it. */
const goneFindings = (keepSeconds: number): Prunable =>
  oldRows({
    table: 'reconciliation_findings',
    key: 'id',
    since: 'last_seen_at',
    index: 'reconciliation_findings_state',
    order: 'id',
    where: `state = 'gone'`,
    keepSeconds,
    batchSize: 500,
  });
