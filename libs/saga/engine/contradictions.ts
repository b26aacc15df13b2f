/**
 * How an answer can contradict one that was given before. A correct participant never does that, and money or stock may
 * be kept for nobody when one does: so it is never ignored.
 */
export const contradictions = ['done-after-refusal', 'done-after-undoing', 'refused-after-done'] as const;
export type Contradiction = (typeof contradictions)[number];

export const whatContradicts: Readonly<Record<Contradiction, string>> = {
  'done-after-refusal': 'It had refused before; what it did after all is given back',
  'done-after-undoing': 'It had found nothing to undo before; what it did after all is given back',
  'refused-after-done': 'It had said before that it was done. Somebody has to look',
};
