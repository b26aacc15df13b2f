import { Column, Entity } from 'typeorm';
import { JsonColumn, lockOrder, PrimaryIdColumn, tableOf, TimestampColumn } from '#libs/persistence/database';
import type { Change } from '../audit/changes.js';
import type { OperatorActionName } from '../audit/operator-action.js';

export const keptProposalStates = ['open', 'confirmed', 'rejected'] as const;

/** Something that an operator wants done and that takes a second person. Nothing is done before that one confirms it. */
@Entity('operator_proposals')
export class ProposalRow {
  /** Grows with time, so that it is also the order of lists. */
  @PrimaryIdColumn()
  id!: string;

  @Column('varchar', { length: 64 })
  action!: OperatorActionName;

  /** `<kind>:<id>`, as in the audit trail. */
  @Column('varchar', { length: 200 })
  target!: string;

  /** What would happen, in a sentence. */
  @Column('varchar', { length: 1000 })
  text!: string;

  /** What makes it take a second person. */
  @Column('varchar', { length: 500 })
  why!: string;

  /** Which data would differ from what their sender gave, as far as they are shown. */
  @JsonColumn({ nullable: true })
  changes!: readonly Change[] | null;

  /** SHA-256, in hex, of all that a second person agrees to: when that has changed by then, they have not seen it. */
  @Column('char', { length: 64 })
  seen!: string;

  @Column('varchar', { length: 500 })
  reason!: string;

  @Column('varchar', { length: 64 })
  proposedBy!: string;

  @TimestampColumn()
  proposedAt!: Date;

  @TimestampColumn()
  expiresAt!: Date;

  @Column('varchar', { length: 9 })
  state!: (typeof keptProposalStates)[number];

  @Column('varchar', { length: 64, nullable: true })
  settledBy!: string | null;

  @TimestampColumn({ nullable: true })
  settledAt!: Date | null;
}

export const proposals = tableOf(ProposalRow, { key: 'id', lockOrder: lockOrder.operatorProposal });
