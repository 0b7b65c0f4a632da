import {
  type ColumnDef,
  createSortedRowModel,
  rowSortingFeature,
  type RowData,
  sortFn_alphanumeric,
  sortFn_basic,
  sortFn_text,
  tableFeatures,
  useTable,
} from '@tanstack/react-table'
import { type KeyboardEvent, type ReactElement, type ReactNode, useEffect, useMemo, useRef } from 'react'
import { Icon } from './icons.tsx'

const features = tableFeatures({
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
  sortFns: { alphanumeric: sortFn_alphanumeric, basic: sortFn_basic, text: sortFn_text },
})

/** One column. `from` is the width of the table from which it is shown; `value` is what it sorts by (none: not sortable). */
export interface Column<T> {
  readonly id: string
  readonly header: string
  readonly cell: (row: T) => ReactNode
  readonly value?: (row: T) => string | number | null
  readonly from?: 'sm' | 'md' | 'lg' | 'xl'
  readonly align?: 'right'
  readonly className?: string
}

interface DataTableProps<T> {
  readonly label: string
  readonly columns: readonly Column<T>[]
  readonly rows: readonly T[]
  readonly rowId: (row: T) => string
  /** The row that the panel beside shows. */
  readonly selected?: string | undefined
  /** Opens a row. Without it rows are not openable. */
  readonly onOpen?: (row: T) => void
  readonly rowClass?: (row: T) => string
  /** Under the last row: "Load more". */
  readonly footer?: ReactNode
}

const shownFrom = {
  sm: 'hidden @md:table-cell',
  md: 'hidden @2xl:table-cell',
  lg: 'hidden @4xl:table-cell',
  xl: 'hidden @5xl:table-cell',
} as const

/** A dense table. Up and down move between the rows, Enter opens one; a click anywhere in a row opens it too. */
export function DataTable<T extends RowData>(props: DataTableProps<T>): ReactElement {
  const { label, columns, rows, rowId, selected, onOpen, rowClass, footer } = props
  const body = useRef<HTMLTableSectionElement>(null)
  const previous = useRef(selected)
  const table = useTable<typeof features, T>({
    features,
    data: rows,
    columns: useColumns(columns),
    getRowId: rowId,
    enableSortingRemoval: true,
  })
  const byId = new Map(columns.map((column) => [column.id, column]))
  const visible = table.getRowModel().rows
  const anchor = visible.some((row) => row.id === selected) ? selected : visible[0]?.id

  useEffect(() => {
    // When the panel closes, the focus that stood in it goes back to the row it showed.
    if (previous.current !== undefined && selected === undefined && document.activeElement === document.body) {
      body.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(previous.current)}"]`)?.focus()
    }
    previous.current = selected
  }, [selected])

  const onKeyDown = (event: KeyboardEvent<HTMLTableSectionElement>) => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp' && event.key !== 'Home' && event.key !== 'End') return
    const all = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-row]')]
    const index = all.indexOf(event.target as HTMLElement)
    if (index < 0) return
    event.preventDefault()
    const next = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: all.length - 1 }[event.key]
    all[next]?.focus()
  }

  return (
    <div className="@container">
      <table aria-label={label} className="w-full border-collapse text-sm">
        <thead className="sticky top-0 z-[1] bg-canvas">
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id}>
              {group.headers.map((header) => {
                const column = byId.get(header.column.id)
                const sorted = header.column.getIsSorted()
                return (
                  <th
                    key={header.id}
                    scope="col"
                    aria-sort={sorted === 'asc' ? 'ascending' : sorted === 'desc' ? 'descending' : undefined}
                    className={`h-8 border-b border-line px-2 text-left text-xs font-medium whitespace-nowrap text-muted first:pl-4 last:pr-4 ${cellClass(column)}`}
                  >
                    {header.column.getCanSort() ? (
                      <button
                        type="button"
                        onClick={header.column.getToggleSortingHandler()}
                        className="-mx-1 inline-flex items-center gap-0.5 rounded-sm px-1 hover:text-ink"
                      >
                        {column?.header}
                        {sorted === false ? null : (
                          <Icon name={sorted === 'asc' ? 'chevronUp' : 'chevronDown'} className="size-3" />
                        )}
                      </button>
                    ) : (
                      column?.header
                    )}
                  </th>
                )
              })}
            </tr>
          ))}
        </thead>
        <tbody ref={body} onKeyDown={onKeyDown}>
          {visible.map((row) => {
            const current = row.id === selected
            return (
              <tr
                key={row.id}
                data-row={row.id}
                tabIndex={onOpen === undefined ? undefined : row.id === anchor ? 0 : -1}
                aria-current={current ? 'true' : undefined}
                onClick={(event) => {
                  if (onOpen !== undefined && !isInteractive(event.target, event.currentTarget)) onOpen(row.original)
                }}
                onKeyDown={(event) => {
                  if (event.key !== 'Enter' || event.target !== event.currentTarget || onOpen === undefined) return
                  event.preventDefault()
                  onOpen(row.original)
                }}
                className={`border-b border-line outline-offset-[-2px] ${onOpen === undefined ? '' : 'cursor-pointer hover:bg-sunken'} ${rowClass?.(row.original) ?? ''} ${current ? 'bg-accent-soft! shadow-[inset_2px_0_0_var(--color-accent)]' : 'bg-surface'}`}
              >
                {row.getAllCells().map((cell) => {
                  const column = byId.get(cell.column.id)
                  return (
                    <td
                      key={cell.id}
                      className={`h-8 px-2 py-1.5 first:pl-4 last:pr-4 ${cellClass(column)} ${column?.className ?? ''}`}
                    >
                      {column?.cell(row.original)}
                    </td>
                  )
                })}
              </tr>
            )
          })}
        </tbody>
      </table>
      {footer}
    </div>
  )
}

function cellClass<T>(column: Column<T> | undefined): string {
  if (column === undefined) return ''
  const shown = column.from === undefined ? '' : shownFrom[column.from]
  return column.align === 'right' ? `${shown} text-right tabular-nums` : shown
}

/** A click on a link or a button within a row is not a click on the row; neither is the end of selecting text. */
function isInteractive(target: EventTarget, row: HTMLElement): boolean {
  if (window.getSelection()?.isCollapsed === false) return true
  const hit = target instanceof Element ? target.closest('a, button, input, label, [role="group"]') : null
  return hit !== null && row.contains(hit)
}

function useColumns<T extends RowData>(columns: readonly Column<T>[]): ColumnDef<typeof features, T>[] {
  // Definitions must keep their identity between renders: TanStack Table recomputes its models otherwise.
  return useMemo(
    () =>
      columns.map(
        ({ id, value }): ColumnDef<typeof features, T> =>
          value === undefined
            ? { id, enableSorting: false }
            : { id, accessorFn: (row) => value(row) ?? undefined, sortFn: 'alphanumeric', sortUndefined: 'last' },
      ),
    [columns],
  )
}
