import { useQuery } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { tenants } from '../../api/tenants.ts'
import type { Tenant, TenantHits } from '../../api/types.ts'
import { count } from '../../lib/words.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Section } from '../../ui/facts.tsx'
import { Loading } from '../../ui/loading.tsx'
import { TypedConfirm } from '../../ui/typed-confirm.tsx'
import { useAct } from '../../ui/use-act.ts'

/** Deletes a suspended tenant for good, once it was counted what goes with it. */
export function DeleteTenant({ tenant, onDone }: { tenant: Tenant; onDone: () => void }): ReactElement {
  const [looked, setLooked] = useState(false)
  const { slug, name } = tenant
  const hits = useQuery({
    queryKey: ['tenant-hits', slug],
    queryFn: async () => await tenants.hits(slug),
    enabled: looked,
    staleTime: 0,
  })
  const remove = useAct(async (people: number) => await tenants.remove(slug, people), {
    done: () => `${name} deleted`,
    refresh: [['tenants']],
    leave: onDone,
  })
  return (
    <Section title="Delete">
      {looked ? (
        <div className="flex flex-col gap-3">
          {hits.data === undefined ? (
            hits.error === null && <Loading />
          ) : (
            <TypedConfirm
              label="Delete"
              disabled={hits.data.holds > 0}
              busy={remove.isPending}
              consequence={whatIsLost(hits.data)}
              word={slug}
              confirm={`Delete ${name} for good`}
              onConfirm={() => remove.mutate(hits.data.people)}
            />
          )}
          <ErrorNote error={hits.error ?? remove.error} />
        </div>
      ) : (
        <div className="flex flex-col items-start gap-2">
          <p className="text-muted">A suspended tenant can be deleted for good.</p>
          <Button onClick={() => setLooked(true)}>What would be lost?</Button>
        </div>
      )}
    </Section>
  )
}

function whatIsLost({ people, services, applications, events, keys, holds }: TenantHits): string {
  const held = holds === 0 ? '' : ` ${count(holds, 'legal hold')} in force: while there is one, it cannot be deleted.`
  return `${count(people, 'person', 'people')}, ${count(services, 'service')} and ${count(applications, 'application')} are gone for good, and what ${count(events, 'event')} of the log said. ${count(keys, 'encryption key')} are destroyed, so that nothing of it can be brought back. Its short name is given to nobody again.${held}`
}
