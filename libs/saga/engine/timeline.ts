import type { Contradiction } from './contradictions.js';
import type { Ignored } from './ignored.js';

/** One thing that happened to a saga, for people to read and for metrics to count. Holds no payload. */
export interface TimelineEntry {
  /** ISO 8601, UTC. */
  readonly at: string;
  /** One of {@link TimelineKind}, or what the definition calls its ends (`confirmed`, `rejected`). */
  readonly kind: TimelineKind | (string & {});
  readonly step: string | null;
  readonly attempt: number | null;
  /** Of the message that was received, or sent. */
  readonly messageId: string | null;
  /** A sentence. */
  readonly text: string;
  /** With kind `ignored`. */
  readonly ignored?: Ignored;
  /** With kind `contradicted`. */
  readonly contradiction?: Contradiction;
  /** How a step's command was settled; with `seconds` since it was asked first. */
  readonly result?: StepResult;
  /** How a saga ended; with `seconds` since it began. */
  readonly outcome?: SagaOutcome;
  readonly seconds?: number;
}

export type TimelineKind =
  | 'accepted'
  | 'skipped'
  | 'asked'
  | 'replied'
  | 'retried'
  | 'deadline-passed'
  | 'given-up'
  | 'rolling-back'
  | 'compensating'
  | 'compensated'
  | 'needs-attention'
  | 'ignored'
  | 'contradicted'
  | 'operator';

export const stepResults = ['done', 'refused', 'unanswered', 'compensated', 'by-hand'] as const;
export type StepResult = (typeof stepResults)[number];

export const sagaOutcomes = ['completed', 'rolled-back'] as const;
export type SagaOutcome = (typeof sagaOutcomes)[number];
