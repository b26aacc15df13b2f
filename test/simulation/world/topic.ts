/** Topic patterns of AMQP: `*` is a word, `#` any number of them. A direct exchange's keys are patterns without either. */
export function matches(pattern: string, key: string): boolean {
  if (pattern === key) return true;
  return matchesWords(pattern.split('.'), key.split('.'));
}

function matchesWords([pattern, ...patterns]: readonly string[], words: readonly string[]): boolean {
  if (pattern === undefined) return words.length === 0;
  if (pattern === '#')
    return words.some((_, index) => matchesWords(patterns, words.slice(index))) || matchesWords(patterns, []);
  return (
    words.length > 0 && (pattern === '*' || pattern === words[0]) && matchesWords(patterns, words.slice(1))
  );
}
