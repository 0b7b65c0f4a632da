import type { RowData } from '@tanstack/react-table'
import { Fragment, type ReactElement, type ReactNode } from 'react'
import { Button } from './button.tsx'
import { NotThere } from './detail-panel.tsx'
import { Answer } from './loading.tsx'
import { type Column, DataTable } from './table.tsx'

/** Where the form for a new one lives: at a name that nothing can have. */
const NEW = '+'

interface ListPageProps<T extends RowData> {
  /** The title and the tabs around it. */
  readonly frame: (parts: {
    readonly actions: ReactNode
    readonly panel: ReactNode
    readonly children: ReactNode
  }) => ReactElement
  /** What they are called together ("Groups"), and one of them ("group"). */
  readonly label: string
  readonly one: string
  readonly query: {
    readonly data: { readonly items: readonly T[] } | undefined
    readonly error: unknown
    readonly isFetching: boolean
    readonly refetch: () => Promise<unknown>
  }
  readonly columns: readonly Column<T>[]
  readonly rowId: (row: T) => string
  /** The one that is open, as the address has it. */
  readonly id: string | undefined
  readonly open: (id: string | undefined) => void
  /** What the button says that opens the form, and whether the caller may. */
  readonly add: { readonly label: string; readonly may?: boolean; readonly form: ReactElement }
  readonly panel: (row: T, close: () => void) => ReactElement
  /** What stands there while there is none. */
  readonly empty?: ReactElement
  /** Under the list. */
  readonly below?: ReactNode
}

/** A list that comes whole, the panel of one of them, and the form for another. */
export function ListPage<T extends RowData>(props: ListPageProps<T>): ReactElement {
  const { frame, label, one, query, columns, rowId, id, open, add, panel, empty, below } = props
  const close = () => open(undefined)
  const row = query.data?.items.find((each) => rowId(each) === id)
  return frame({
    actions:
      add.may === false ? undefined : (
        <Button look="primary" icon="plus" onClick={() => open(NEW)}>
          {add.label}
        </Button>
      ),
    panel:
      id === undefined ? null : id === NEW ? (
        add.form
      ) : row === undefined ? (
        <NotThere one={one} loading={query.isFetching} onClose={close} />
      ) : (
        <Fragment key={id}>{panel(row, close)}</Fragment>
      ),
    children: (
      <>
        <Answer query={query}>
          {({ items }) =>
            items.length === 0 && empty !== undefined ? (
              empty
            ) : (
              <div className="pt-2">
                <DataTable
                  label={label}
                  columns={columns}
                  rows={items}
                  rowId={rowId}
                  selected={id}
                  onOpen={(each) => open(rowId(each))}
                />
              </div>
            )
          }
        </Answer>
        {below}
      </>
    ),
  })
}
