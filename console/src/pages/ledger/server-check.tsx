import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import { ledger } from '../../api/ledger.ts'
import type { LogCheck } from '../../api/types.ts'
import { count } from '../../lib/words.ts'
import { Status } from '../../ui/badge.tsx'
import { Box, BoxBody } from '../../ui/box.tsx'
import { Button } from '../../ui/button.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Facts } from '../../ui/facts.tsx'
import { RelativeTime } from '../../ui/relative-time.tsx'
import { useMayHere } from '../../ui/use-may.ts'

const underWay = (check: LogCheck | undefined) => check?.state === 'running' || check?.state === 'waiting'

/** The server computes its whole log again and compares every table with it; a job does it, and this page looks how far it is. */
export function ServerCheck(): ReactElement | null {
  const may = useMayHere()('checkLog')
  const [id, setId] = useState<string | null>(null)
  const start = useMutation({ mutationFn: ledger.startCheck, onSuccess: (started) => setId(started.id) })
  const check = useQuery({
    queryKey: ['ledger', 'check', id],
    queryFn: async () => await ledger.check(id ?? ''),
    enabled: id !== null,
    refetchInterval: (query) => (query.state.error === null && underWay(query.state.data) ? 500 : false),
  })
  const found = check.data
  // It looks into every tenant's events: for operators of the first one.
  if (!may) return null
  return (
    <Box
      title="Checked at the server"
      aside={
        <Button busy={start.isPending || underWay(found)} onClick={() => start.mutate()}>
          Check the whole log
        </Button>
      }
    >
      <BoxBody>
        <p className="text-muted">
          Computes the tree again from every entry, and compares events, columns, tiles, checkpoints and removals with
          it. It names the first places that do not fit.
        </p>
        <ErrorNote error={start.error ?? check.error} />
        {found === undefined ? null : <Result check={found} />}
      </BoxBody>
    </Box>
  )
}

function Result({ check }: { check: LogCheck }): ReactElement {
  const { state, size, checked, problems, more, startedAt, finishedAt } = check
  return (
    <div className="flex flex-col gap-3" role="status">
      <Facts
        items={[
          ['State', <State key="state" check={check} />],
          ['Compared', `${count(checked, 'event')}${size === null ? '' : ` of ${size.toLocaleString('en-GB')}`}`],
          ['Began', <RelativeTime key="began" at={startedAt} />],
          ...(finishedAt === null ? [] : [['Ended', <RelativeTime key="ended" at={finishedAt} />] as const]),
        ]}
      />
      {problems.length === 0 ? null : (
        <ul className="flex flex-col gap-2">
          {problems.map(({ code, seq, event, detail }) => (
            <li
              key={`${code} ${seq} ${event} ${detail}`}
              className="rounded-md border border-bad/50 bg-bad-soft px-3 py-2"
            >
              <p className="break-words">{detail}</p>
              <p className="mt-1 flex flex-wrap gap-x-3 text-xs text-muted">
                <code className="font-mono">{code}</code>
                {seq === null ? null : <span>number {seq.toLocaleString('en-GB')}</span>}
                {event === null ? null : (
                  <Link to="/events/{-$id}" params={{ id: event }} className="text-accent hover:underline">
                    Event
                  </Link>
                )}
              </p>
            </li>
          ))}
        </ul>
      )}
      {more === 0 ? null : <p className="text-muted">{`and ${count(more, 'problem')} more`}</p>}
      {state === 'done' && check.ok === false ? (
        <p>Keep a copy of the database as it is, and find out who could write to it.</p>
      ) : null}
    </div>
  )
}

function State({ check }: { check: LogCheck }): ReactElement {
  if (check.state === 'waiting') return <Status tone="quiet">Waits for its turn</Status>
  if (check.state === 'running') return <Status tone="quiet">Running</Status>
  if (check.state === 'done') {
    return check.ok === true ? <Status tone="good">Whole</Status> : <Status tone="bad">Damaged</Status>
  }
  return <Status tone="warn">Ended before it was done</Status>
}
