import { oneLine, type Cell } from '../output.js';

/** Lines of RFC 4180, without the line ends. */
export const csvLines = (columns: readonly string[], rows: readonly (readonly Cell[])[]): readonly string[] =>
  [columns, ...rows].map((row) => row.map(cellOf).join(','));

/** A spreadsheet takes what begins like this for a formula, and some of it comes from other people. */
const formula = /^[=+\-@\t\r]/;

function cellOf(cell: Cell): string {
  const text = oneLine(String(cell ?? ''));
  const safe = typeof cell === 'string' && formula.test(text) ? `'${text}` : text;
  return /[",]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
