import { useMutation, useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { access } from '../../api/access.ts'
import { meQuery } from '../../api/queries.ts'
import type { Effect } from '../../api/types.ts'
import { count } from '../../lib/words.ts'
import { Status } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { RelativeTime } from '../../ui/relative-time.tsx'

const ways = {
  acknowledged: 'has it',
  lapsed: 'lost its lease, and allows nothing',
  left: 'has left',
  waiting: 'has not said so yet',
} as const

/** Asks whether the last change is in force at every edge, and waits up to ten seconds for it; the answer is recorded. */
export function EffectCheck({ application }: { application: string }): ReactElement | null {
  const me = useQuery(meQuery)
  const check = useMutation({ mutationFn: async () => await access.awaitEffect(application) })
  if (me.data?.actions.includes('awaitEffect') !== true) return null
  return (
    <div className="mt-3 flex flex-col items-start gap-2">
      <Button busy={check.isPending} onClick={() => check.mutate()}>
        Is the last change in force everywhere?
      </Button>
      <ErrorNote error={check.error} />
      {check.data === undefined ? null : <EffectShown effect={check.data} />}
    </div>
  )
}

function EffectShown({ effect }: { effect: Effect }): ReactElement {
  const { state, epoch, effectiveAt, edges } = effect
  return (
    <div role="status" className="flex flex-col gap-1">
      {state === 'effective' ? (
        <p>
          <Status tone="good">In force everywhere</Status> <RelativeTime at={effectiveAt} />, epoch {epoch}
        </p>
      ) : (
        <Status tone="warn">
          {`Not everywhere yet: ${count(edges.filter(({ how }) => how === 'waiting').length, 'edge')} to go`}
        </Status>
      )}
      <ul className="text-xs text-muted">
        {edges.map(({ service, instance, kind, how }) => (
          <li key={`${kind} ${service} ${instance}`}>
            {`${kind === 'gateway' ? 'Gateway' : 'SDK'} …${instance.slice(-8)} ${ways[how]}`}
          </li>
        ))}
      </ul>
    </div>
  )
}
