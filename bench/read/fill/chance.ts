const purposes = ['time', 'kind', 'customer', 'status', 'copy', 'id-0', 'id-1', 'id-2', 'id-3'] as const;
type Purpose = (typeof purposes)[number];

const salts = new Map(purposes.map((purpose, index) => [purpose, Math.imul(index + 1, 0x9e3779b1)]));

/** A pseudo-random number from 0 to 1, always the same for the same place and purpose. */
export function chance(place: number, purpose: Purpose): number {
  let mixed = Math.imul(place ^ salts.get(purpose)!, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x27d4eb2f);
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
}
