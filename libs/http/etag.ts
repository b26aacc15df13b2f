/** The entity tag of a thing with a version: one version has one representation. */
export const formatEtag = (version: number | string): string => `"${version}"`;

const listPattern =
  /^\s*(W\/)?"[\x21\x23-\x7e\x80-\uffff]*"\s*(,\s*(W\/)?"[\x21\x23-\x7e\x80-\uffff]*"\s*)*$/;
const tagPattern = /(W\/)?"[\x21\x23-\x7e\x80-\uffff]*"/g;

/** Entity tags of a header; null when it is absent or unreadable; `*` stands for any. */
function parseTags(header: string | undefined): readonly string[] | '*' | null {
  if (header === undefined) return null;
  if (header.trim() === '*') return '*';
  return listPattern.test(header) ? (header.match(tagPattern) ?? null) : null;
}

const opaque = (tag: string): string => (tag.startsWith('W/') ? tag.slice(2) : tag);

/**
 * Whether If-None-Match names what the caller would get (RFC 9110, 13.1.2: weak comparison): answer 304 then. A header
 * that cannot be read is served as if it were not there.
 */
export function matchesEtag(ifNoneMatch: string | undefined, etag: string): boolean {
  const tags = parseTags(ifNoneMatch);
  return tags === '*' || (tags?.some((tag) => opaque(tag) === opaque(etag)) ?? false);
}

/**
 * The versions that If-Match names, of a thing whose tags are made by {@link formatEtag}; undefined where it may be at any.
 * None for a header that cannot be read: a condition that is not understood does not hold.
 */
export function expectedVersions(ifMatch: string | undefined): readonly number[] | undefined {
  if (ifMatch === undefined) return undefined;
  const tags = parseTags(ifMatch);
  if (tags === '*') return undefined;
  return (tags ?? [])
    .filter((tag) => /^"(0|[1-9]\d{0,14})"$/.test(tag))
    .map((tag) => Number(tag.slice(1, -1)));
}

/**
 * Whether If-Match allows a change of what now has `etag` (RFC 9110, 13.1.1: strong comparison, so a weak tag never
 * matches). True without the header; false for one that cannot be read: a condition that is not understood does not hold.
 */
export function allowsChange(ifMatch: string | undefined, etag: string): boolean {
  if (ifMatch === undefined) return true;
  const tags = parseTags(ifMatch);
  return tags === '*' || (tags?.some((tag) => tag === etag && !tag.startsWith('W/')) ?? false);
}
