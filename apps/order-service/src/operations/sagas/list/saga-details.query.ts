import { Query } from '@nestjs/cqrs';
import { z } from 'zod';
import { timestamp } from '#libs/contracts/shapes.js';
import { cursorListSchema } from '#libs/http';
import { sagaItem } from './saga-item.js';

/** One saga, whole, with a page of its timeline. */
export class SagaDetails extends Query<{
  readonly saga: SagaDetailsAnswer;
  readonly next: TimelineKey | null;
}> {
  constructor(
    readonly sagaId: string,
    readonly timeline: TimelinePart,
  ) {
    super();
  }
}

/** Which part of the timeline. The newest part of a long one is what somebody needs who looks at a saga that is stuck. */
export interface TimelinePart {
  readonly order: 'oldest' | 'newest';
  readonly limit: number;
  readonly after: TimelineKey | null;
}

/** Where an entry stands: entries of one decision share a revision. */
export interface TimelineKey {
  readonly revision: number;
  readonly index: number;
}

const call = z.object({
  step: z.string(),
  operation: z.enum(['action', 'compensation']),
  commandId: z.string(),
  askedAt: timestamp.describe('When it was asked first.'),
  attempt: z.int(),
  acknowledged: z.boolean().describe('The participant said that the answer will come later.'),
  state: z.enum(['waiting', 'done', 'refused', 'unanswered', 'by-hand', 'given-back']),
  answer: z.string().nullable(),
});

const timelineEntry = z.object({
  revision: z.int(),
  at: timestamp,
  kind: z.string(),
  step: z.string().nullable(),
  attempt: z.int().nullable(),
  messageId: z.string().nullable(),
  text: z.string().describe('A sentence for people.'),
  ignored: z.string().nullable().describe('Why the input changed nothing.'),
});
export type TimelineEntryView = z.infer<typeof timelineEntry>;

export const sagaDetailsAnswer = sagaItem
  .extend({
    calls: z.array(call).describe('Every command that was asked, oldest first.'),
    data: z.unknown().describe('What the saga remembers. What is not safe to show is replaced.'),
    timeline: cursorListSchema(timelineEntry),
  })
  .meta({ id: 'SagaDetails' });
export type SagaDetailsAnswer = z.infer<typeof sagaDetailsAnswer>;
