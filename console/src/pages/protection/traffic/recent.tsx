import { Link } from '@tanstack/react-router'
import { type ReactElement, useMemo } from 'react'
import type { TrafficSample } from '../../../api/types.ts'
import { clockOf } from '../../../lib/time.ts'
import { millisText } from '../../../lib/traffic.ts'
import { Status } from '../../../ui/badge.tsx'
import { Box } from '../../../ui/box.tsx'
import { ErrorNote } from '../../../ui/error-note.tsx'
import { Subject } from '../../../ui/subject.tsx'
import { type Column, DataTable } from '../../../ui/table.tsx'
import { VisibleText } from '../../../ui/visible-text.tsx'
import { keyOf, useLive } from './use-live.ts'

/** The last requests, one by one; of many only some are told. */
export function Recent({ app, paused }: { app: string; paused: boolean }): ReactElement {
  const { items, asked, error } = useLive(app, paused)
  const columns = useMemo(() => columnsOf(app), [app])
  return (
    <Box
      title="Recent requests"
      aside={<span className="text-xs text-muted">newest first; of very many a sample</span>}
    >
      {error === null ? null : (
        <div className="p-4">
          <ErrorNote error={error} />
        </div>
      )}
      <div className="h-96 overflow-y-auto">
        {items.length === 0 ? (
          <p className="p-4 text-muted">{asked ? 'None yet. They appear here as they come.' : 'Loading'}</p>
        ) : (
          <DataTable label="Recent requests" columns={columns} rows={items} rowId={keyOf} />
        )}
      </div>
    </Box>
  )
}

const columnsOf = (app: string): readonly Column<TrafficSample>[] => [
  {
    id: 'at',
    header: 'At',
    cell: ({ at }) => (
      <time dateTime={at} title={at} className="whitespace-nowrap tabular-nums">
        {clockOf(at, 'second')}
      </time>
    ),
  },
  {
    id: 'request',
    header: 'Request',
    cell: ({ method, path }) => <VisibleText text={`${method} ${path}`} />,
    className: 'max-w-96',
  },
  {
    id: 'status',
    header: 'Answer',
    cell: (sample) => <Answered app={app} sample={sample} />,
  },
  {
    id: 'who',
    header: 'Who',
    cell: ({ person, address }) =>
      person === null ? <span className="font-mono text-xs">{address}</span> : <Subject uid={person} />,
    from: 'md',
  },
  {
    id: 'took',
    header: 'Took',
    cell: ({ durationMs }) => millisText(durationMs),
    align: 'right',
    from: 'sm',
  },
]

function Answered({ app, sample }: { app: string; sample: TrafficSample }): ReactElement {
  const { status, outcome, code, event } = sample
  const word = String(status ?? 'none')
  if (outcome === 'passed') {
    return status === null || status >= 500 ? <Status tone="warn">{word}</Status> : <span>{word}</span>
  }
  return (
    <span className="flex flex-wrap gap-x-2">
      <Status tone={outcome === 'refused' ? 'refused' : 'warn'}>{word}</Status>
      {event === null ? (
        <code className="font-mono text-xs">{code}</code>
      ) : (
        <Link
          to="/protection/blocked/{-$app}/{-$id}"
          params={{ app, id: event }}
          className="font-mono text-xs text-accent hover:underline"
        >
          {code ?? 'event'}
        </Link>
      )}
    </span>
  )
}
