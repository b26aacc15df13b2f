import type { InputPreview } from '#libs/saga/runner';
import { whyIgnored } from '#libs/saga/engine';

/** What a definition calls its ends; a saga that only goes forward has no second one. */
interface EndNames {
  readonly rolledBack?: { readonly recordedAs: string };
}

/**
 * What happens, in the sentences that the timeline gets: the operator reads beforehand what everybody reads afterwards;
 * and where it leads, when that is not reached at once.
 */
export function wordsOf(
  { outcome, status, timeline }: InputPreview,
  { rolledBack }: EndNames,
  { preview }: { readonly preview: boolean },
): string {
  if (outcome !== 'taken') return `${preview ? 'Would be refused' : 'Refused'}: ${whyIgnored[outcome]}.`;
  const sentences = timeline.map(({ text }) => text);
  if (status === 'rolling-back' && rolledBack)
    sentences.push(`Once all is undone, the order will be ${rolledBack.recordedAs}.`);
  return preview ? `Would happen: ${sentences.join(' ')}` : sentences.join(' ');
}
