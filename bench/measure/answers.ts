import type { LoadResult } from '../load/load.js';

/** Answers of a load by what they mean to its clients. */
export interface Answers {
  readonly accepted: number;
  /** 503: come again. */
  readonly refused: number;
  /** Anything else, broken connections and timeouts. */
  readonly other: number;
}

export function readAnswers({ answers, errors }: Pick<LoadResult, 'answers' | 'errors'>): Answers {
  let [accepted, refused, other] = [0, 0, errors];
  for (const [status, count] of Object.entries(answers)) {
    if (status.startsWith('2')) accepted += count;
    else if (status === '503') refused += count;
    else other += count;
  }
  return { accepted, refused, other };
}
