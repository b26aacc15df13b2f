/** Words of our own that gave way to those of the field (docs/glossary.md): no part of a name is one of them. */
export const retiredWords = [
  { word: 'breathe', instead: 'yieldToEventLoop' },
  { word: 'birth', instead: 'new saga' },
  { word: 'consumption', instead: 'channel session' },
  { word: 'desk', instead: 'stub' },
  { word: 'figure', instead: 'metric, stats' },
  { word: 'handOn', instead: 'rethrow filter' },
  { word: 'happening', instead: 'operation' },
  { word: 'hastened', instead: 'time scale' },
  { word: 'insistence', instead: 'retry' },
  { word: 'ladder', instead: 'retry policy' },
  { word: 'mischief', instead: 'fault rates' },
  { word: 'onlooker', instead: 'observer' },
  { word: 'pace', instead: 'token bucket, adaptive batch size' },
  { word: 'permit', instead: 'attempt (of a circuit breaker)' },
  { word: 'rung', instead: 'retry decision' },
  { word: 'stranger', instead: 'rogue client' },
  { word: 'suspects', instead: 'poison quarantine' },
  { word: 'takeInHand', instead: 'handle a delivery' },
  { word: 'timesFaster', instead: 'time scale' },
  { word: 'turn', instead: 'transition (of a saga), prune lease, yieldToEventLoop' },
  { word: 'unitWork', instead: 'working set' },
  { word: 'weather', instead: 'network faults' },
  { word: 'wish', instead: 'request' },
  { word: 'yardstick', instead: 'baseline' },
];

/** Of names in camel case, the word as a part of them, in the singular or the plural. */
export const asPart = (word) => `^_?${word}s?(?![a-z])|${word[0].toUpperCase()}${word.slice(1)}s?(?![a-z])`;

/** A unit of work and its working set have whole names, and a limit says `max` first and its unit last. */
export const retiredNames = [
  { name: 'Unit', pattern: '^Unit$', instead: 'UnitOfWork' },
  { name: 'Work', pattern: '^Work$', instead: 'WorkingSet' },
  { name: 'rowsMax', pattern: '[a-z](?:Max|Most)$', instead: 'maxRows' },
  { name: 'mostRows', pattern: '^most[A-Z]', instead: 'maxRows' },
];
