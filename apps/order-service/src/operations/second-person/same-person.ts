/**
 * Whether two subjects are one person, whatever role they act in and however their name is spelt: letter case, accents,
 * other widths of letters and invisible characters make nobody a second person. Two people whose names differ in nothing
 * else need a third.
 */
export const isSamePerson = (one: string, other: string): boolean => folded(one) === folded(other);

const folded = (subject: string): string =>
  subject
    .normalize('NFKD')
    .replace(/[\p{M}\p{Cf}\p{Z}]/gu, '')
    .toUpperCase();
