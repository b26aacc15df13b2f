/**
 * Words of our own that gave way to those of the field (docs/glossary.md). eslint.config.js refuses them as parts of
 * names, and test/architecture/retired-words.spec.ts in the names of files.
 *
 * @type {readonly { word: string, instead: string, whole?: true }[]} whole: only where it is all of the name.
 */
export const retiredWords = [
  { word: 'turn', instead: 'transition of a saga, prune lease, yieldToEventLoop' },
  { word: 'breathe', instead: 'yieldToEventLoop' },
  { word: 'suspects', instead: 'poison quarantine' },
  { word: 'pace', instead: 'token bucket, adaptive batch size' },
  { word: 'rung', instead: 'retry decision' },
  { word: 'ladder', instead: 'retry policy' },
  { word: 'permit', instead: 'attempt of a circuit breaker' },
  { word: 'consumption', instead: 'channel session' },
  { word: 'takeInHand', instead: 'handleDelivery' },
  { word: 'birth', instead: 'new saga' },
  { word: 'timesFaster', instead: 'time scale' },
  { word: 'hastened', instead: 'time scale' },
  { word: 'handOn', instead: 'rethrow filter' },
  { word: 'figure', instead: 'metric, stats, result' },
  { word: 'unit', instead: 'unit of work', whole: true },
  { word: 'work', instead: 'working set', whole: true },
  { word: 'unitWork', instead: 'working set' },
  { word: 'happening', instead: 'operation' },
  { word: 'stranger', instead: 'rogue client' },
  { word: 'insistence', instead: 'retrying client' },
  { word: 'wish', instead: 'request' },
  { word: 'weather', instead: 'network faults' },
  { word: 'mischief', instead: 'fault rates' },
  { word: 'desk', instead: 'stub' },
  { word: 'onlooker', instead: 'observer' },
];
