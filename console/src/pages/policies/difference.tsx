import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { access } from '../../api/access.ts'
import { ApiError } from '../../api/errors.ts'
import type { Comparison } from '../../api/types.ts'
import { count } from '../../lib/words.ts'
import { Status } from '../../ui/badge.tsx'
import { CopyLine } from '../../ui/copy.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Notice } from '../../ui/notice.tsx'
import { DifferenceRows } from './difference-rows.tsx'

interface DifferenceProps {
  readonly application: string
  readonly name: string
  /** What the policy would say; null: without it. */
  readonly text: string | null
}

/** The question of who gains and who loses what; asked when it is wanted, of this very text. */
export function useDifference({ application, name, text }: DifferenceProps, wanted: boolean) {
  return useQuery({
    queryKey: ['access', application, 'compare', name, text],
    queryFn: async () => await access.compare(application, { changes: [{ name, text }] }),
    enabled: wanted,
    retry: false,
    staleTime: 0,
    gcTime: 0,
  })
}

/** Who gains and who loses what, before it is so; and what of it the control plane cannot know. */
export function Difference({
  application,
  name,
  text,
  query,
}: DifferenceProps & {
  readonly query: ReturnType<typeof useDifference>
}): ReactElement {
  // A file is laid over what is live; a deletion is a directory without it.
  const side = text === null ? 'policies/' : `${name === '' ? 'policy' : name}.cedar`
  if (query.isFetching) {
    return (
      <p role="status" className="text-muted">
        Comparing who can do what
      </p>
    )
  }
  if (query.data === undefined) {
    const tooLarge =
      query.error instanceof ApiError && ['diff_too_large', 'diff_too_slow'].includes(query.error.problem.code)
    return (
      <>
        <ErrorNote error={query.error} />
        {tooLarge ? <OnCommandLine application={application} side={side} narrowed /> : null}
      </>
    )
  }
  return <Compared application={application} side={side} comparison={query.data} />
}

interface ComparedProps {
  readonly application: string
  /** What the command line calls the new side. */
  readonly side: string
  readonly comparison: Comparison
}

function Compared({ application, side, comparison }: ComparedProps): ReactElement {
  const { changes, undecided, compared } = comparison
  return (
    <>
      {changes.length > 0 ? null : (
        <p role="status">
          <Status tone="quiet">
            {undecided.length === 0
              ? 'Nobody gains or loses anything that is known here'
              : 'No change that can be seen from here'}
          </Status>
        </p>
      )}
      {changes.map((change) => (
        <section key={change.text} aria-label={change.text} className="min-w-0">
          <h4 className="flex gap-2 text-sm font-medium">
            <Status tone={change.kind === 'gain' ? 'warn' : 'refused'}>
              {change.kind === 'gain' ? 'Gain' : 'Loss'}
            </Status>
            <span className="min-w-0 break-words">{headOf(change.text)}</span>
          </h4>
          <DifferenceRows application={application} change={change} />
        </section>
      ))}
      {undecided.length === 0 ? null : (
        <Notice tone="warn">
          <p>Not everything could be compared:</p>
          <ul className="list-disc pl-4">
            {undecided.map(({ text }) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        </Notice>
      )}
      <div className="text-xs text-muted">
        {`Compared ${count(compared.principals, 'principal')} on ${count(compared.resources, 'resource')} for ${count(compared.actions, 'action')}, exactly. Things that only the application has, in its own database, are not among them.`}
        <details open={undecided.some(({ reason }) => reason === 'resources')} className="mt-1">
          <summary className="cursor-pointer text-accent">Count them there</summary>
          <OnCommandLine application={application} side={side} />
        </details>
      </div>
    </>
  )
}

/** The sentence of a change ends with the reasons in brackets, which the rows below name with links. */
function headOf(text: string): string {
  const at = text.lastIndexOf(' (')
  return at < 0 ? text : text.slice(0, at)
}

interface OnCommandLineProps {
  readonly application: string
  readonly side: string
  readonly narrowed?: boolean
}

function OnCommandLine({ application, side, narrowed = false }: OnCommandLineProps): ReactElement {
  const rest = narrowed
    ? '--action ACTION --type TYPE'
    : '--database postgres://localhost/shop --resources ./resources.ts'
  return (
    <div className="mt-1">
      <CopyLine text={`npx holdfast access diff live ${side} --application ${application} \\\n  ${rest}`} />
    </div>
  )
}
