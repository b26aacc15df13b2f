/**
 * `unanswered`: a command has spent its alert budget; it goes on being asked. `defect`: the saga cannot go on past its
 * deadline, because something that has to be true is not; it is tried again now and then.
 */
export const attentionCauses = ['unanswered', 'defect'] as const;
export type AttentionCause = (typeof attentionCauses)[number];

/** Why somebody should look at a saga. */
export interface Attention {
  readonly cause: AttentionCause;
  /** A sentence, for operators. */
  readonly detail: string;
  /** ISO 8601, UTC. */
  readonly since: string;
}
