import { describe, expect, it } from '@jest/globals';
import { derivedId, newId } from '#libs/kernel/ids.js';
import { RowTemplate } from './row-template.js';

const identity = (number: string, customerId: string, placedAt: string) => ({
  id: newId(),
  number,
  customerId,
  placedAtMs: Date.parse(placedAt),
});
const bytesOf = (id: string): string => `X'${id.replaceAll('-', '').toUpperCase()}'`;

const specimen = identity('2026-000007', 'specimen-1', '2026-01-01T00:00:00.000Z');
const copy = identity('2024-1000000', 'customer-5', '2024-05-05T10:00:00.000Z');

const copied = (values: string): string => new RowTemplate(values, specimen).for(copy);

describe('a copy of a row', () => {
  it('is of the other order, in columns and in documents', () => {
    const row = ({ id, number, customerId }: typeof specimen) =>
      `(${bytesOf(id)},'${customerId}','{"id":"${id}","number":"${number}","customerId":"${customerId}"}')`;
    expect(copied(row(specimen))).toBe(row(copy));
  });

  it('belongs to the cancellation of the other order where the first belonged to that of its own', () => {
    const cancelIdOf = ({ id }: typeof specimen) => derivedId(id, 'cancel-order');
    expect(copied(`${bytesOf(cancelIdOf(specimen))},${cancelIdOf(specimen)}`)).toBe(
      `${bytesOf(cancelIdOf(copy))},${cancelIdOf(copy)}`,
    );
  });

  it('keeps the distance of times to the making of the order', () => {
    expect(copied(`'2026-01-01 00:00:05.123000','"2026-01-01T00:00:01.000Z"'`)).toBe(
      `'2024-05-05 10:00:05.123000','"2024-05-05T10:00:01.000Z"'`,
    );
  });

  it('is the same in all that does not tell orders apart', () => {
    const others = `('CONFIRMED',3,NULL,'it\\'s',${bytesOf(newId())})`;
    expect(copied(others)).toBe(others);
  });
});
