/** Longer waits keep connections and memory for nothing. */
const longestWaitSeconds = 30;

/**
 * How long the caller would rather wait than be answered early (RFC 7240 `Prefer: wait=5`), in seconds, at most 30.
 * Null without the preference. One that cannot be read is ignored, as the RFC asks.
 */
export function preferredWaitSeconds(prefer: string | undefined): number | null {
  for (const preference of prefer?.split(',') ?? []) {
    const [, seconds] = /^\s*wait\s*=\s*"?(\d{1,9})"?\s*(?:;.*)?$/i.exec(preference) ?? [];
    // RFC 7240, 2: of several with one name the first counts.
    if (seconds !== undefined) return Math.min(Number(seconds), longestWaitSeconds);
  }
  return null;
}
