import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { mailboxQuery } from '../../api/identity-queries.ts'
import type { Letter } from '../../api/types.ts'
import { timeColumn } from '../../ui/columns.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Answer } from '../../ui/loading.tsx'
import { SearchInput } from '../../ui/search-input.tsx'
import { type Column, DataTable } from '../../ui/table.tsx'

interface MailboxProps {
  readonly to: string
  readonly selected: string | undefined
  readonly onTo: (to: string) => void
  readonly onOpen: (id: string) => void
}

const columns: readonly Column<Letter>[] = [
  {
    id: 'to',
    header: 'To',
    value: (letter) => letter.to,
    cell: (letter) => <span className="wrap-anywhere">{letter.to}</span>,
  },
  {
    id: 'subject',
    header: 'Subject',
    value: (letter) => letter.subject,
    cell: (letter) => <span className="font-medium">{letter.subject}</span>,
  },
  {
    id: 'template',
    header: 'Letter',
    value: (letter) => letter.template,
    cell: (letter) => <span className="text-muted">{letter.template}</span>,
    from: 'lg',
  },
  timeColumn('at', 'Written', (letter) => letter.createdAt),
]

/** The letters that would have been sent. */
export function Mailbox({ to, selected, onTo, onOpen }: MailboxProps): ReactElement {
  const letters = useQuery(mailboxQuery(to))
  return (
    <>
      <div className="px-4 pb-2">
        <SearchInput label="Letters to an address" value={to} onChange={onTo} />
      </div>
      <Answer query={letters}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState title={to === '' ? 'No letters yet' : `No letter to ${to}`}>
              Without a mail server, a development installation keeps its letters here: invitations, links, codes.
            </EmptyState>
          ) : (
            <DataTable
              label="Letters"
              columns={columns}
              rows={items}
              rowId={(letter) => letter.id}
              selected={selected}
              onOpen={(letter) => onOpen(letter.id)}
            />
          )
        }
      </Answer>
    </>
  )
}
