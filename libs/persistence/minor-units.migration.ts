import type { QueryRunner } from 'typeorm';
import { minorUnitsOf } from '#libs/kernel/currencies.js';

/** Currencies whose minor units were taken from the runtime until now, and are not those of ISO 4217. */
export function changedCurrencies(): {
  readonly currency: string;
  readonly from: number;
  readonly to: number;
}[] {
  // The runtime is asked once more: it is what the amounts were written by. Elsewhere it is not to be asked.
  // eslint-disable-next-line no-restricted-globals
  const { NumberFormat, supportedValuesOf } = Intl;
  return supportedValuesOf('currency').flatMap((currency) => {
    const format = new NumberFormat('en', { style: 'currency', currency });
    const from = format.resolvedOptions().maximumFractionDigits ?? 2;
    const to = minorUnitsOf(currency);
    return to === undefined || to === from ? [] : [{ currency, from, to }];
  });
}

/** Amounts of those currencies, from the runtime's minor units to those of ISO 4217. */
export async function rescaleAmounts(
  runner: QueryRunner,
  table: string,
  columns: readonly string[],
): Promise<void> {
  for (const { currency, from, to } of changedCurrencies()) {
    const factor = 10 ** (to - from);
    const changes = columns.map((column) => `${column} = ${column} * ${factor}`);
    await runner.query(`UPDATE ${table} SET ${changes.join(', ')} WHERE currency = ?`, [currency]);
  }
}
