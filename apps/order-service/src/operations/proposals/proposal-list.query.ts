import { Query } from '@nestjs/cqrs';
import { z } from 'zod';
import { cursorListSchema, cursorQuery } from '#libs/http';
import {
  proposalItem,
  proposalStates,
  type ProposalItem,
  type ProposalState,
} from '../second-person/proposal-item.js';

/** What operators have proposed to each other, the newest first. */
export class ProposalList extends Query<ProposalPage> {
  constructor(
    readonly state: ProposalState,
    readonly limit: number,
    /** The last that was shown. */
    readonly after: string | null,
  ) {
    super();
  }
}

export class ProposalDetails extends Query<ProposalItem> {
  constructor(readonly id: string) {
    super();
  }
}

export interface ProposalPage {
  readonly items: readonly ProposalItem[];
  /** Null at the end. */
  readonly next: string | null;
}

export const proposalListQuery = z.strictObject({
  state: z.enum(proposalStates).default('open').describe('Default: those that wait for a second person.'),
  ...cursorQuery,
});
export type ProposalListQuery = z.infer<typeof proposalListQuery>;

export const proposalListAnswer = cursorListSchema(proposalItem);
