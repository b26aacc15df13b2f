/** What a command shows. Tables and sentences are for people, JSON for programs; a command shows one or the other. */
export interface Output {
  line(text?: string): void;
  table(columns: readonly string[], rows: readonly (readonly Cell[])[]): void;
  json(value: unknown): void;
}

export type Cell = string | number | null | undefined;

export const outputTo = (write: (text: string) => void): Output => ({
  line: (text = '') => write(`${text}\n`),
  table: (columns, rows) => {
    for (const line of tableLines(columns, rows)) write(`${line}\n`);
  },
  json: (value) => write(`${JSON.stringify(value, null, 2)}\n`),
});

/** Columns as wide as their widest cell, two blanks between; numbers to the right. */
function tableLines(columns: readonly string[], rows: readonly (readonly Cell[])[]): string[] {
  const cells = rows.map((row) => columns.map((_, index) => textOf(row[index])));
  const widths = columns.map((name, index) =>
    Math.max(name.length, ...cells.map((row) => row[index]?.length ?? 0)),
  );
  const right = columns.map((_, index) => rows.some((row) => typeof row[index] === 'number'));
  const lineOf = (texts: readonly string[]): string =>
    texts
      .map((text, index) =>
        right[index] ? text.padStart(widths[index] ?? 0) : text.padEnd(widths[index] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return [lineOf(columns), ...cells.map(lineOf)];
}

/** Texts come from other people: a control character could move the cursor, and a new line forge one of ours. */
export const oneLine = (text: string): string => text.replace(/\p{Cc}/gu, ' ');

const textOf = (cell: Cell): string => oneLine(String(cell ?? '-'));
