import { Link } from '@tanstack/react-router'
import { type ReactElement, useMemo, useState } from 'react'
import type { CandidateReport } from '../../api/types.ts'
import { Status, type Tone } from '../../ui/badge.tsx'
import { Box } from '../../ui/box.tsx'
import { RelativeTime } from '../../ui/relative-time.tsx'
import { Subject } from '../../ui/subject.tsx'
import { type Column, DataTable } from '../../ui/table.tsx'
import { PolicyLinks } from '../permissions/policy-link.tsx'

type Difference = CandidateReport['differences'][number]

const kinds: Readonly<Record<Difference['kind'], { readonly tone: Tone; readonly words: string }>> = {
  would_allow: { tone: 'warn', words: 'would allow' },
  would_deny: { tone: 'refused', words: 'would deny' },
  other_reasons: { tone: 'quiet', words: 'the same, by other policies' },
  would_fail: { tone: 'bad', words: 'would fail' },
  broken: { tone: 'bad', words: 'could not be asked' },
}

const keyOf = ({ kind, action, live, candidate }: Difference) => [kind, action, ...live, '|', ...candidate].join(' ')

/** Where the candidate and the live policies differ, most often met first, with samples. */
export function ReportView({ application, report }: { application: string; report: CandidateReport }): ReactElement {
  const [open, setOpen] = useState<string | null>(null)
  const { differences } = report
  const columns = useMemo(() => columnsOf(application), [application])
  const shown = differences.find((each) => keyOf(each) === open)
  return (
    <>
      <Box title="What it would have decided otherwise">
        {differences.length === 0 ? (
          <p className="p-4 text-muted">
            {report.compared === 0
              ? 'It has not been asked yet: differences come with the next decisions of the application.'
              : 'Nothing so far: both said the same, by the same policies.'}
          </p>
        ) : (
          <DataTable
            label="Differences"
            columns={columns}
            rows={differences}
            rowId={keyOf}
            selected={open ?? undefined}
            onOpen={(each) => setOpen(keyOf(each) === open ? null : keyOf(each))}
          />
        )}
      </Box>
      {shown === undefined ? null : <Samples application={application} difference={shown} />}
    </>
  )
}

function Samples({ application, difference }: { application: string; difference: Difference }): ReactElement {
  return (
    <Box title={`Samples: ${difference.action} ${kinds[difference.kind].words}`}>
      {difference.samples.length === 0 ? (
        <p className="p-4 text-muted">The log has none of them any more.</p>
      ) : (
        <ul>
          {difference.samples.map((sample) => (
            <li key={sample.event} className="border-t border-line px-4 py-2 first:border-t-0">
              <p>
                {sample.principal === null ? 'Nobody' : <Subject uid={sample.principal} />}{' '}
                <code className="font-mono text-xs">{sample.action}</code>{' '}
                {sample.resource === null ? null : <Subject uid={sample.resource} />}: {sample.decision ?? 'failed'} by{' '}
                <PolicyLinks application={application} names={sample.policies} />, the candidate says{' '}
                {sample.candidate.decision ?? 'nothing'}
              </p>
              {sample.explanation === null ? null : <p className="break-words text-muted">{sample.explanation}</p>}
              <p className="text-xs text-muted">
                <RelativeTime at={sample.time} />{' '}
                <Link to="/events/{-$id}" params={{ id: sample.event }} className="text-accent hover:underline">
                  event
                </Link>
              </p>
            </li>
          ))}
        </ul>
      )}
    </Box>
  )
}

function columnsOf(application: string): readonly Column<Difference>[] {
  return [
    {
      id: 'kind',
      header: 'Candidate',
      cell: ({ kind }) => <Status tone={kinds[kind].tone}>{kinds[kind].words}</Status>,
    },
    {
      id: 'action',
      header: 'Action',
      value: ({ action }) => action,
      cell: ({ action }) => <code className="font-mono text-xs">{action === '*' ? 'other actions' : action}</code>,
    },
    {
      id: 'live',
      header: 'Live by',
      from: 'md',
      cell: ({ live }) => <PolicyLinks application={application} names={live} />,
    },
    {
      id: 'candidate',
      header: 'Candidate by',
      from: 'md',
      cell: ({ candidate }) => <span className="font-mono text-xs break-all">{candidate.join(', ') || 'none'}</span>,
    },
    { id: 'count', header: 'Times', value: ({ count }) => count, cell: ({ count }) => count, align: 'right' },
    { id: 'last', header: 'Last', cell: ({ lastAt }) => <RelativeTime at={lastAt} />, align: 'right', from: 'sm' },
  ]
}
