import { type ReactElement, useMemo } from 'react'
import type { Comparison } from '../../api/types.ts'
import { uidText } from '../../lib/uid.ts'
import { count } from '../../lib/words.ts'
import { Subject, Subjects } from '../../ui/subject.tsx'
import { type Column, DataTable } from '../../ui/table.tsx'
import { PolicyLinks } from '../permissions/policy-link.tsx'

type Change = Comparison['changes'][number]
type Row = Change['rows'][number]

/** Rows of one change that are shown; the server has merged alike ones, so there are seldom more. */
const MOST = 20

export function DifferenceRows({ application, change }: { application: string; change: Change }): ReactElement {
  const columns = useMemo(() => columnsOf(application, change), [application, change])
  const rows = change.rows.slice(0, MOST)
  const more = change.rows.length - rows.length + change.more
  return (
    <div className="mt-1 overflow-x-auto rounded-md border border-line">
      <DataTable
        label={change.text}
        columns={columns}
        rows={rows}
        rowId={(row) =>
          `${row.principalExamples.map(uidText).join()} ${row.resourceExamples.map(uidText).join()} ${row.pairs}`
        }
        footer={more > 0 ? <p className="px-4 py-2 text-xs text-muted">{`and ${count(more, 'more row')}`}</p> : null}
      />
    </div>
  )
}

function columnsOf(application: string, { anyResource, resourceType }: Change): readonly Column<Row>[] {
  return [
    {
      id: 'who',
      header: 'Who',
      cell: (row) => (
        <>
          <Subjects uids={row.principalExamples} total={row.principals} />
          {row.common.length === 0 ? null : (
            <span className="block text-xs text-muted">
              in{' '}
              {row.common.map((uid, index) => (
                <span key={uidText(uid)}>
                  {index === 0 ? '' : ', '}
                  <Subject uid={uid} />
                </span>
              ))}
            </span>
          )}
        </>
      ),
    },
    {
      id: 'what',
      header: 'On',
      cell: (row) => {
        if (!anyResource) return <Subjects uids={row.resourceExamples} total={row.resources} />
        // One of them stands for all that nobody has named.
        const named = row.resourceExamples.filter(({ id }) => !id.startsWith('any other'))
        return named.length === 0 ? (
          `every ${resourceType}`
        ) : (
          <>
            <Subjects uids={named} total={row.resources - 1} /> and every other {resourceType}
          </>
        )
      },
    },
    {
      id: 'by',
      header: 'By',
      from: 'sm',
      cell: (row) => <PolicyLinks application={application} names={row.because} />,
    },
  ]
}
