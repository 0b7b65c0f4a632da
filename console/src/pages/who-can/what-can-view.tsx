import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { type ReactElement, useMemo, useState } from 'react'
import { access } from '../../api/access.ts'
import type { Uid, WhatCan } from '../../api/types.ts'
import { fromLocal, toLocal } from '../../lib/time.ts'
import { parseUid, uidText } from '../../lib/uid.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Field, Input } from '../../ui/input.tsx'
import { LoadMore } from '../../ui/load-more.tsx'
import { Answer } from '../../ui/loading.tsx'
import { Subject } from '../../ui/subject.tsx'
import { type Column, DataTable } from '../../ui/table.tsx'
import { PolicyLinks } from '../permissions/policy-link.tsx'
import { PrincipalPicker } from '../permissions/principal-picker.tsx'
import { TypeField } from '../permissions/request-fields.tsx'
import { QuestionForm } from './question-form.tsx'

const route = getRouteApi('/permissions/who-can/{-$app}')

export function WhatCanView({ application }: { application: string }): ReactElement {
  const asked = route.useSearch()
  const navigate = route.useNavigate()
  const [picked, setPicked] = useState<Uid | null>(null)
  const [type, setType] = useState(asked.type ?? '')
  const [moment, setMoment] = useState(asked.at === undefined ? '' : toLocal(asked.at))
  const principal = asked.principal === undefined ? null : parseUid(asked.principal)
  const found = useInfiniteQuery({
    queryKey: ['access', application, 'what', asked.principal, asked.type, asked.at],
    queryFn: async ({ pageParam, signal }) =>
      await access.whatCan(
        application,
        { principal: asked.principal, resourceType: asked.type, at: asked.at, cursor: pageParam },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    enabled: principal !== null,
  })
  const columns = useMemo((): readonly Column<WhatCan>[] => columnsOf(application), [application])
  const who = picked ?? principal

  return (
    <>
      <QuestionForm
        ready={who !== null}
        busy={found.isFetching}
        onAsk={() => {
          if (who === null) return
          const at = fromLocal(moment)
          void navigate({
            params: true,
            search: {
              ask: 'what',
              principal: uidText(who),
              ...(type === '' ? {} : { type }),
              ...(at === undefined ? {} : { at }),
            },
          })
          void found.refetch()
        }}
      >
        <div className="flex min-w-0 flex-col gap-1">
          <span className="text-xs font-medium">Who</span>
          <PrincipalPicker onPick={setPicked} />
        </div>
        <TypeField label="Resource type, empty for all" value={type} onChange={setType} application={application} />
        <Field label="When, empty for now">
          <Input type="datetime-local" value={moment} onChange={setMoment} />
        </Field>
      </QuestionForm>
      {principal === null ? (
        <EmptyState
          title="What can somebody do, and why?"
          command={`npx holdfast access what-can ada@shop.example --application ${application}`}
        >
          Choose somebody. Every resource that is stored here, or named by a policy or a grant, is decided for each
          action of its type. The same on the command line:
        </EmptyState>
      ) : (
        <Answer query={found}>
          {({ pages }) => {
            const items = pages.flatMap((page) => page.items)
            return (
              <>
                <p className="px-4 pt-3 pb-1">
                  What <Subject uid={principal} /> {asked.at === undefined ? 'can do' : 'could do then'}, of what is
                  known here
                </p>
                {items.length === 0 && !found.hasNextPage ? (
                  <EmptyState title="Nothing that is known here">
                    What the application keeps in its own database is not among this. Ask for one thing there with Try a
                    decision (Policies), or in the application with a filter.
                  </EmptyState>
                ) : (
                  <DataTable
                    label="What can somebody do"
                    columns={columns}
                    rows={items}
                    rowId={({ resource }) => uidText(resource)}
                    footer={<LoadMore {...found} shown={items.length} what={['resource', 'resources']} />}
                  />
                )}
              </>
            )
          }}
        </Answer>
      )}
    </>
  )
}

function columnsOf(application: string): readonly Column<WhatCan>[] {
  return [
    {
      id: 'resource',
      header: 'Resource',
      value: ({ resource }) => uidText(resource),
      cell: ({ resource }) => <Subject uid={resource} />,
    },
    {
      id: 'actions',
      header: 'Can',
      cell: ({ actions }) => (
        <ul className="flex flex-col gap-0.5">
          {actions.map(({ action, policies }) => (
            <li key={action}>
              <code className="font-mono text-xs">{action}</code>{' '}
              <span className="text-muted">
                by <PolicyLinks application={application} names={policies} />
              </span>
            </li>
          ))}
        </ul>
      ),
    },
  ]
}
