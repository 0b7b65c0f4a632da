import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { type ReactElement, useMemo } from 'react'
import { access } from '../../api/access.ts'
import type { Application, Grant } from '../../api/types.ts'
import { fromLocal, toLocal } from '../../lib/time.ts'
import { parseUid, uidText } from '../../lib/uid.ts'
import { Button } from '../../ui/button.tsx'
import { Checkbox } from '../../ui/checkbox.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { LoadMore } from '../../ui/load-more.tsx'
import { Answer } from '../../ui/loading.tsx'
import { RelativeTime } from '../../ui/relative-time.tsx'
import { Subject } from '../../ui/subject.tsx'
import { type Column, DataTable } from '../../ui/table.tsx'
import { useMay } from '../../ui/use-may.ts'
import { ForApplication, PermissionsPage } from '../permissions/frame.tsx'
import { PrincipalPicker } from '../permissions/principal-picker.tsx'
import { GiveGrant } from './give-grant.tsx'
import { GrantPanel } from './grant-panel.tsx'
import { GrantState, GrantWhat } from './grant-words.tsx'

const here = '/permissions/grants/{-$app}/{-$id}'
const route = getRouteApi(here)

const columns: readonly Column<Grant>[] = [
  {
    id: 'who',
    header: 'Who',
    value: ({ principal }) => uidText(principal),
    cell: ({ principal }) => <Subject uid={principal} />,
  },
  { id: 'what', header: 'Has', cell: (grant) => <GrantWhat grant={grant} /> },
  { id: 'state', header: 'State', cell: (grant) => <GrantState grant={grant} /> },
  {
    id: 'until',
    header: 'Until',
    value: ({ validTo }) => validTo ?? '9',
    cell: ({ validTo }) => <RelativeTime at={validTo} never="no end" />,
    from: 'sm',
  },
  {
    id: 'reason',
    header: 'Why',
    cell: ({ reason }) => <span className="line-clamp-2 break-words">{reason ?? 'not readable any more'}</span>,
    from: 'md',
  },
]

export function GrantsPage(): ReactElement {
  const { app } = route.useParams()
  return (
    <ForApplication here={here} app={app}>
      {(application) => <Grants key={application.id} application={application} />}
    </ForApplication>
  )
}

function Grants({ application }: { application: Application }): ReactElement {
  const { id } = route.useParams()
  const filter = route.useSearch()
  const navigate = route.useNavigate()
  const may = useMay(application.id)
  const grants = useInfiniteQuery({
    queryKey: ['access', application.id, 'grants', filter],
    queryFn: async ({ pageParam, signal }) =>
      await access.grants(application.id, { ...filter, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: (previous) => previous,
  })
  const open = (next: string | undefined) => void navigate({ params: { app: application.id, id: next }, search: true })
  const narrow = (next: typeof filter) => void navigate({ params: true, search: next })
  const principal = filter.principal === undefined ? null : parseUid(filter.principal)
  const filtered = useMemo(() => Object.keys(filter).length > 0, [filter])

  return (
    <PermissionsPage
      here={here}
      application={application}
      actions={
        may('grantAccess') ? (
          <Button look="primary" icon="plus" onClick={() => open('new')}>
            Give access
          </Button>
        ) : null
      }
      toolbar={
        <>
          {principal === null ? (
            <PrincipalPicker
              label="Grants of one"
              groups
              onPick={(next) => {
                if (next !== null) narrow({ ...filter, principal: uidText(next) })
              }}
            />
          ) : (
            <span>
              Of <Subject uid={principal} />
            </span>
          )}
          {filter.role === undefined ? null : <span>with the role {filter.role}</span>}
          <label className="flex items-center gap-2">
            <span className="text-muted">As of</span>
            <input
              type="datetime-local"
              aria-label="As of"
              value={filter.at === undefined ? '' : toLocal(filter.at)}
              onChange={(event) => {
                const at = fromLocal(event.target.value)
                const { at: _, ...rest } = filter
                narrow(at === undefined ? rest : { ...rest, at })
              }}
              className="h-8 rounded-md border border-line-strong bg-surface px-2"
            />
          </label>
          <Checkbox
            label="Also those that are over"
            checked={filter.all === 'true'}
            onChange={(all) => {
              const { all: _, ...rest } = filter
              narrow(all ? { ...rest, all: 'true' } : rest)
            }}
          />
          {filtered ? <Button onClick={() => narrow({})}>Show all</Button> : null}
        </>
      }
      panel={
        id === undefined ? null : id === 'new' ? (
          <GiveGrant application={application.id} onClose={() => open(undefined)} onGiven={open} />
        ) : (
          <GrantPanel key={id} application={application.id} id={id} onClose={() => open(undefined)} />
        )
      }
    >
      <Answer query={grants}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items)
          return items.length === 0 ? (
            filtered ? (
              <EmptyState title="No grant is like that" />
            ) : (
              <EmptyState
                title="Nobody was given anything here yet"
                command={`npx holdfast access grants give ada@shop.example --role editor --application ${application.id} --reason "joins the team"`}
              >
                A grant gives a role, or what a template permits, to a person, a group or a service: from when, until
                when, and why. What policies permit by groups or attributes needs none. Give one above, or on the
                command line:
              </EmptyState>
            )
          ) : (
            <DataTable
              label="Grants"
              columns={columns}
              rows={items}
              rowId={(grant) => grant.id}
              selected={id}
              onOpen={(grant) => open(grant.id)}
              rowClass={({ inForce }) => (inForce ? '' : 'text-muted')}
              footer={<LoadMore {...grants} shown={items.length} what={['grant', 'grants']} />}
            />
          )
        }}
      </Answer>
    </PermissionsPage>
  )
}
