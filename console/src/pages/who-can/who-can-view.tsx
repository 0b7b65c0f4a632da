import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { type ReactElement, useMemo, useState } from 'react'
import { access } from '../../api/access.ts'
import type { WhoCan } from '../../api/types.ts'
import { fromLocal, toLocal } from '../../lib/time.ts'
import { uidText } from '../../lib/uid.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Field, Input } from '../../ui/input.tsx'
import { LoadMore } from '../../ui/load-more.tsx'
import { Answer } from '../../ui/loading.tsx'
import { Subject } from '../../ui/subject.tsx'
import { type Column, DataTable } from '../../ui/table.tsx'
import { PolicyLinks } from '../permissions/policy-link.tsx'
import { ActionField, TypeField } from '../permissions/request-fields.tsx'
import { QuestionForm } from './question-form.tsx'

const route = getRouteApi('/permissions/who-can/{-$app}')

export function WhoCanView({ application }: { application: string }): ReactElement {
  const asked = route.useSearch()
  const navigate = route.useNavigate()
  const [action, setAction] = useState(asked.action ?? '')
  const [type, setType] = useState(asked.type ?? '')
  const [id, setId] = useState(asked.id ?? '')
  const [moment, setMoment] = useState(asked.at === undefined ? '' : toLocal(asked.at))
  const complete = asked.action !== undefined && asked.type !== undefined && asked.id !== undefined
  const found = useInfiniteQuery({
    queryKey: ['access', application, 'who', asked.action, asked.type, asked.id, asked.at],
    queryFn: async ({ pageParam, signal }) =>
      await access.whoCan(
        application,
        {
          action: asked.action,
          resource: uidText({ type: asked.type ?? '', id: asked.id ?? '' }),
          at: asked.at,
          cursor: pageParam,
        },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    enabled: complete,
  })
  const columns = useMemo((): readonly Column<WhoCan>[] => columnsOf(application), [application])

  return (
    <>
      <QuestionForm
        ready={action !== '' && type !== '' && id !== ''}
        busy={found.isFetching}
        onAsk={() => {
          const at = fromLocal(moment)
          void navigate({ params: true, search: { action, type, id, ...(at === undefined ? {} : { at }) } })
          void found.refetch()
        }}
      >
        <ActionField value={action} onChange={setAction} application={application} />
        <TypeField value={type} onChange={setType} application={application} />
        <Field label="Resource id">
          <Input value={id} onChange={setId} placeholder="42" spellCheck={false} className="font-mono" />
        </Field>
        <Field label="When, empty for now">
          <Input type="datetime-local" value={moment} onChange={setMoment} />
        </Field>
      </QuestionForm>
      {complete ? (
        <Answer query={found}>
          {({ pages }) => {
            const items = pages.flatMap((page) => page.items)
            const what = `${asked.action} ${uidText({ type: asked.type ?? '', id: asked.id ?? '' })}`
            return items.length === 0 && !found.hasNextPage ? (
              <EmptyState title={asked.at === undefined ? `Nobody can ${what}` : `Nobody could ${what} then`}>
                Attributes of a resource that only the application knows count as not there: what a policy reads of them
                does not hold here. Try a decision (Policies) takes them.
              </EmptyState>
            ) : (
              <DataTable
                label={asked.at === undefined ? 'Who can' : 'Who could'}
                columns={columns}
                rows={items}
                rowId={({ principal }) => uidText(principal)}
                footer={<LoadMore {...found} shown={items.length} what={['principal', 'principals']} />}
              />
            )
          }}
        </Answer>
      ) : (
        <EmptyState
          title="Who can do this, and by which policy?"
          command={`npx holdfast access who-can viewOrder 'Order::"42"' --application ${application}`}
        >
          Name an action and a resource. Everybody in the directory is decided, with their groups, roles and grants as
          they are, or as they were at a moment of the past. The same on the command line:
        </EmptyState>
      )}
    </>
  )
}

function columnsOf(application: string): readonly Column<WhoCan>[] {
  return [
    {
      id: 'who',
      header: 'Who',
      value: ({ name, principal }) => name ?? principal.id,
      cell: ({ principal, name }) => <Subject uid={principal} name={name} />,
    },
    {
      id: 'by',
      header: 'Permitted by',
      cell: ({ policies }) => <PolicyLinks application={application} names={policies} />,
    },
  ]
}
