/** Why an input changed nothing. Each is recorded in the saga's timeline, except those of {@link unrecorded}. */
export const ignoredReasons = [
  'unknown-command',
  'wrong-type',
  'late',
  'duplicate',
  'contradiction',
  'saga-finished',
  'already-rolling-back',
  'past-the-pivot',
  'compensate-instead',
  'done-by-hand',
  'outdated-deadline',
] as const;
export type Ignored = (typeof ignoredReasons)[number];

/** Several pollers seeing one deadline is everyday life, and says nothing about the saga. */
export const unrecorded: ReadonlySet<Ignored> = new Set<Ignored>(['outdated-deadline']);

export const whyIgnored: Readonly<Record<Ignored, string>> = {
  'unknown-command': 'this saga asked no command with that id',
  'wrong-type': 'the command that was asked has no such answer',
  late: 'the step was given up before; whatever was done is being undone',
  duplicate: 'the command had been answered so before',
  contradiction: 'the command had been answered otherwise before',
  'saga-finished': 'the saga had ended',
  'already-rolling-back': 'the saga is rolling back already',
  'past-the-pivot': 'the saga is past the point of no return and goes on',
  'compensate-instead':
    'the step is before the point of no return, where it can be undone but not passed over',
  'done-by-hand': 'an operator had done by hand what the command was to do',
  'outdated-deadline': 'the saga has moved on since the deadline was set',
};
