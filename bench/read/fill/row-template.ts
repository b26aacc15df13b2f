import { derivedId } from '#libs/kernel/ids.js';
import type { FilledOrder } from './population.js';

/** Whose rows they are. */
export type Identity = Omit<FilledOrder, 'status'>;

type Part = string | ((identity: Identity) => string);

const times = [
  String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`,
  String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}`,
];

const hexOf = (id: string): string => id.replaceAll('-', '').toUpperCase();
const cancelSagaId = (orderId: string): string => derivedId(orderId, 'cancel-order');

/**
 * The values of a row, as SQL, in which one order's identity can be put in place of another's: wherever its id, its
 * number, its customer or a time stands, also inside of documents. Times keep their distance to the order's making.
 */
export class RowTemplate {
  private readonly parts: readonly Part[];

  /** @param values of a row of `of`, which have to have its customer's name nowhere by accident. */
  constructor(values: string, of: Identity) {
    const cancelId = cancelSagaId(of.id);
    const holes: Readonly<Record<string, Part>> = {
      [of.id]: ({ id }) => id,
      [hexOf(of.id)]: ({ id }) => hexOf(id),
      [cancelId]: ({ id }) => cancelSagaId(id),
      [hexOf(cancelId)]: ({ id }) => hexOf(cancelSagaId(id)),
      [of.number]: ({ number }) => number,
      [of.customerId]: ({ customerId }) => customerId,
    };
    const pattern = new RegExp(`(${[...Object.keys(holes), ...times].join('|')})`);
    // Splitting by a group leaves what is between at even places, and what was found at odd ones.
    this.parts = values
      .split(pattern)
      .map((text, index) => (index % 2 === 0 ? text : (holes[text] ?? timeHole(text, of.placedAtMs))));
  }

  for(identity: Identity): string {
    let values = '';
    for (const part of this.parts) values += typeof part === 'string' ? part : part(identity);
    return values;
  }
}

function timeHole(text: string, placedAtMs: number): Part {
  const isIso = text.endsWith('Z');
  const distanceMs = Date.parse(isIso ? text : `${text.slice(0, -3).replace(' ', 'T')}Z`) - placedAtMs;
  return (identity) => {
    const iso = new Date(identity.placedAtMs + distanceMs).toISOString();
    return isIso ? iso : `${iso.slice(0, 10)} ${iso.slice(11, -1)}000`;
  };
}
