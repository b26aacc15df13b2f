/**
 * One spelling for an expression that MySQL and MariaDB print differently: MySQL puts every operation in parentheses and
 * names the character set of every literal, MariaDB does neither.
 */
export function normaliseExpression(printed: string): string {
  // Only MySQL escapes the whole expression once more, as text in a dictionary.
  const unescaped = /_\w+\\'/.test(printed) ? printed.replace(/\\(.)/g, '$1') : printed;
  const tokens =
    unescaped.match(/(?:_[a-z]\w*)?'(?:[^'\\]|\\.|'')*'|`[^`]*`|[\w.$]+|<=>|<>|<=|>=|!=|&&|\|\||[^\s]/g) ??
    [];
  const whole = parse(tokens.map((token) => token.replace(/^_\w+(?=')/, '')).values());
  return print(simplify(whole, 'whole'));
}

/** A token, or what stands between parentheses. */
type Node = string | Node[];

function parse(tokens: Iterator<string, undefined>): Node[] {
  const nodes: Node[] = [];
  for (let token = tokens.next().value; token !== undefined && token !== ')'; token = tokens.next().value) {
    if (token === '(') nodes.push(parse(tokens));
    else nodes.push(/^['`]/.test(token) ? token : token.toLowerCase());
  }
  return nodes;
}

/** Without the parentheses that the order of operations makes superfluous. */
function simplify(nodes: readonly Node[], place: 'whole' | 'list' | 'operand'): Node[] {
  const only = nodes.length === 1 ? nodes[0] : undefined;
  if (place !== 'list' && Array.isArray(only)) return simplify(only, place);
  return nodes.flatMap((node, index): Node[] => {
    if (!Array.isArray(node)) return [node];
    if (takesList(nodes[index - 1])) return [simplify(node, 'list')];
    const inner = simplify(node, 'operand');
    return bindsLooser(inner, nodes) ? [inner] : inner;
  });
}

/** `in (…)` and `function(…)`. */
const takesList = (before: Node | undefined): boolean =>
  typeof before === 'string' && /^[a-z_]\w*$/.test(before) && !operatorWords.has(before);

const operatorWords = new Set(['and', 'or', 'not', 'xor', 'between', 'like', 'is', 'div', 'mod']);

const has = (nodes: readonly Node[], ...operators: string[]): boolean =>
  nodes.some((node) => typeof node === 'string' && operators.includes(node));

const bindsLooser = (inner: readonly Node[], around: readonly Node[]): boolean =>
  (has(inner, 'or', 'and') && has(around, 'not', '=', '<', '>', '<=', '>=', '<>')) ||
  (has(inner, 'or') && has(around, 'and')) ||
  (has(inner, '+', '-') && has(around, '*', '/', '%', '-'));

function print(nodes: readonly Node[]): string {
  return nodes.reduce<string>((text, node, index) => {
    const before = nodes[index - 1];
    if (Array.isArray(node)) {
      const glued = takesList(before) && before !== 'in';
      return `${text}${index > 0 && !glued ? ' ' : ''}(${print(node)})`;
    }
    if (node === ',') return `${text},`;
    return index === 0 ? node : `${text} ${node}`;
  }, '');
}
