/** Whether a text anywhere in it, names of members included, has half of a surrogate pair. Not recursive: depth is the sender's choice. */
export function hasBrokenUnicode(json: unknown): boolean {
  const left = [json];
  while (left.length > 0) {
    const value = left.pop();
    if (typeof value === 'string' && !value.isWellFormed()) return true;
    if (typeof value !== 'object' || value === null) continue;
    for (const [name, member] of Object.entries(value)) left.push(name, member);
  }
  return false;
}
