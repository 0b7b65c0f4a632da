import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { personal } from '../../api/identity.ts'
import type { Person } from '../../api/types.ts'
import { acrWords } from '../../lib/assurance.ts'
import { ConfirmInline } from '../../ui/confirm-inline.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Section } from '../../ui/facts.tsx'
import { Answer } from '../../ui/loading.tsx'
import { Notice } from '../../ui/notice.tsx'
import { RelativeTime } from '../../ui/relative-time.tsx'
import { useAct } from '../../ui/use-act.ts'
import { RequireMore } from '../sessions/require-more.tsx'

/** What somebody has demanded of a person beyond the rules: it holds for every sign-in until it is lifted. */
export function PersonDemand({ person, operates }: { person: Person; operates: boolean }): ReactElement {
  const required = useQuery({
    queryKey: ['people', 'required', person.id],
    queryFn: async () => await personal.required(person.id),
  })
  const refresh = [['people'], ['sessions']]
  const lift = useAct(async () => await personal.lift(person.id), {
    done: () => `Nothing more is demanded of ${person.name}`,
    refresh,
  })
  return (
    <Section title="What they must show">
      <Answer query={required}>
        {({ required: demand }) => (
          <div className="flex flex-col gap-3">
            {demand === null ? (
              <p className="text-muted">What the rules of the installation say, nothing beyond.</p>
            ) : (
              <Notice tone="warn">
                At least {demand.acr}, {acrWords(demand.acr)}: {demand.reason} (<RelativeTime at={demand.raisedAt} />)
              </Notice>
            )}
            {operates ? (
              <div className="flex flex-wrap gap-2">
                <RequireMore
                  what={`Every session of ${person.name} that has shown less counts as signed out until it has shown it, now and at later sign-ins.`}
                  require={async (body) => await personal.require(person.id, body)}
                  refresh={refresh}
                  levels={demand?.acr === 'phr' ? [] : demand?.acr === 'aal2' ? ['phr'] : ['aal2', 'phr']}
                />
                {demand === null ? null : (
                  <ConfirmInline
                    label="Lift it"
                    safe
                    busy={lift.isPending}
                    consequence={`Of ${person.name} nothing more is demanded than of everybody.`}
                    confirm="Lift the demand"
                    onConfirm={() => lift.mutate()}
                  />
                )}
              </div>
            ) : null}
            <ErrorNote error={lift.error} />
          </div>
        )}
      </Answer>
    </Section>
  )
}
