/** Lays values out for people to read in a terminal. */

/** One line, without the control characters by which a stored text could steer the terminal. */
function cell(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, '\u{FFFD}');
}

function asText(value: unknown): string {
  return Array.isArray(value) ? value.map(cell).join(' ') : cell(value);
}

function alignRows(rows: readonly (readonly string[])[]): string {
  const widths = rows.reduce<readonly number[]>(
    (widest, row) => row.map((text, column) => Math.max(text.length, widest[column] ?? 0)),
    [],
  );
  return rows
    .map((row) =>
      row
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** One name and value a line. */
export function fields(values: Readonly<Record<string, unknown>>): string {
  return alignRows(Object.entries(values).map(([name, value]) => [name, asText(value)]));
}

/** The values of these columns, one item a line. */
export function table(columns: readonly string[], items: readonly Readonly<Record<string, unknown>>[]): string {
  if (items.length === 0) return 'none';
  return alignRows([columns, ...items.map((item) => columns.map((column) => asText(item[column] ?? '')))]);
}
