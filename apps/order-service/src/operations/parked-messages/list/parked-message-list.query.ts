import { Query } from '@nestjs/cqrs';
import { z } from 'zod';
import { cursorListSchema, cursorQuery } from '#libs/http';
import { parkedCriteria, type ParkedFilter, type ParkedKey } from '../parked-message-filter.js';
import { parkedStates } from '../parked-message.row.js';
import { parkedMessageItem, type ParkedMessageItem } from './parked-message-item.js';

/** Parked messages, the last parked first. */
export class ParkedMessageList extends Query<ParkedMessagePage> {
  constructor(
    readonly filter: ParkedFilter,
    readonly limit: number,
    readonly after: ParkedKey | null,
  ) {
    super();
  }
}

export const parkedMessageListQuery = z.strictObject({
  ...parkedCriteria,
  state: z.enum(parkedStates).default('parked').describe('Default: those that wait for a person.'),
  ...cursorQuery,
});
export type ParkedMessageListQuery = z.infer<typeof parkedMessageListQuery>;

export interface ParkedMessagePage {
  readonly items: readonly ParkedMessageItem[];
  /** Null at the end. */
  readonly next: ParkedKey | null;
}

export const parkedMessageListAnswer = cursorListSchema(parkedMessageItem);
