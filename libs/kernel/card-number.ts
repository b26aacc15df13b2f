/**
 * What looks like the number of a payment card: 13 to 19 digits that pass Luhn's check, in one piece or in groups with
 * blanks or dashes between them. One number in ten passes by chance, so this is asked of free text and of payment tokens,
 * never of references that machines give out (order numbers, barcodes, parcels).
 */

/** Fullwidth digits are typed where Latin ones are not at hand. */
const digit = '[0-9０-９]';
const between = String.raw`[\s\p{Pd}\p{Cf}]`;
/** Ids are passed over: the digits of one in twenty would look like a card. */
const id = '[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}';
const candidates = new RegExp(`(${id})|${digit}(?:${between}*${digit}){12,}`, 'giu');
const groups = new RegExp(`${digit}+`, 'gu');

const minDigits = 13;
const maxDigits = 19;
/** In a longer row of numbers, such as sizes, only groups as long as on a card make one. */
const minGroupDigits = 3;

/** What a schema says of such a text; it never repeats the number. */
export const noCardNumber = 'must not contain what looks like a card number';

export const hasCardNumber = (text: string): boolean => withoutCardNumbers(text) !== text;

/** The text with `[card number]` in the place of each. */
export function withoutCardNumbers(text: string): string {
  if (text.length < minDigits) return text;
  return text.replace(candidates, (candidate, passedOver?: string) => {
    if (passedOver) return passedOver;
    let shown = '';
    let end = 0;
    for (const [from, to] of cardsIn([...candidate.matchAll(groups)])) {
      shown += `${candidate.slice(end, from)}[card number]`;
      end = to;
    }
    return shown + candidate.slice(end);
  });
}

/** Where in it cards begin and end: looked for from group to group, the longest first. */
function* cardsIn(found: readonly RegExpExecArray[]): Generator<readonly [number, number]> {
  for (let first = 0; first < found.length; first++) {
    const last = lastOfCard(found, first);
    if (last === undefined) continue;
    const end = found[last] as RegExpExecArray;
    yield [(found[first] as RegExpExecArray).index, end.index + end[0].length];
    first = last;
  }
}

function lastOfCard(found: readonly RegExpExecArray[], first: number): number | undefined {
  let digits = '';
  let longest: number | undefined;
  for (let last = first; last < found.length; last++) {
    const [group] = found[last] as RegExpExecArray;
    const whole = first === 0 && last === found.length - 1;
    digits += group;
    if (digits.length > maxDigits) break;
    const likeACard = whole || found.slice(first, last + 1).every(([one]) => one.length >= minGroupDigits);
    if (digits.length >= minDigits && likeACard && passesLuhn(digits)) longest = last;
  }
  return longest;
}

function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let position = 0; position < digits.length; position++) {
    // The low half byte of a digit is its value, in ASCII and among the fullwidth ones.
    const value = digits.charCodeAt(digits.length - 1 - position) & 15;
    const doubled = position % 2 === 1 ? value * 2 : value;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
