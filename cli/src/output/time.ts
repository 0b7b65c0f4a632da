/** `2026-03-01 14:05:09Z`: UTC, short enough for a table, sortable. */
export function when(iso: string | null | undefined): string | null {
  return iso == null ? null : iso.replace('T', ' ').replace(/\.\d+Z$/, 'Z')
}
