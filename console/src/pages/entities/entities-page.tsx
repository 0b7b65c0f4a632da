import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import { access } from '../../api/access.ts'
import type { Application, StoredEntity } from '../../api/types.ts'
import { parseUid, uidText } from '../../lib/uid.ts'
import { count } from '../../lib/words.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Field, Input } from '../../ui/input.tsx'
import { LoadMore } from '../../ui/load-more.tsx'
import { Answer } from '../../ui/loading.tsx'
import { type Column, DataTable } from '../../ui/table.tsx'
import { ForApplication, PermissionsPage } from '../permissions/frame.tsx'
import { EntityPanel } from './entity-panel.tsx'

const here = '/permissions/entities/{-$app}/{-$id}'
const route = getRouteApi(here)

const columns: readonly Column<StoredEntity>[] = [
  {
    id: 'uid',
    header: 'Entity',
    value: ({ uid }) => uidText(uid),
    cell: ({ uid }) => <code className="font-mono text-xs break-all">{uidText(uid)}</code>,
  },
  {
    id: 'parents',
    header: 'In',
    cell: ({ parents }) => (
      <span className="font-mono text-xs break-all text-muted">{parents.map(uidText).join(', ')}</span>
    ),
    from: 'sm',
  },
  {
    id: 'attrs',
    header: 'Attributes',
    cell: ({ attrs }) => count(Object.keys(attrs).length, 'attribute'),
    from: 'sm',
    align: 'right',
  },
]

export function EntitiesPage(): ReactElement {
  const { app } = route.useParams()
  return (
    <ForApplication here={here} app={app}>
      {(application) => <StoredEntities key={application.id} application={application} />}
    </ForApplication>
  )
}

function StoredEntities({ application }: { application: Application }): ReactElement {
  const { id } = route.useParams()
  const { type } = route.useSearch()
  const navigate = route.useNavigate()
  const [typed, setTyped] = useState(type ?? '')
  const entities = useInfiniteQuery({
    queryKey: ['access', application.id, 'entities', type],
    queryFn: async ({ pageParam, signal }) =>
      await access.entities(application.id, { type, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: (previous) => previous,
  })
  const open = (next: string | undefined) => void navigate({ params: { app: application.id, id: next }, search: true })
  const uid = id === undefined ? null : parseUid(id)
  return (
    <PermissionsPage
      here={here}
      application={application}
      toolbar={
        <form
          className="flex items-end gap-2"
          onSubmit={(event) => {
            event.preventDefault()
            void navigate({ params: true, search: typed.trim() === '' ? {} : { type: typed.trim() } })
          }}
        >
          <Field label="Of one type">
            <Input value={typed} onChange={setTyped} placeholder="Document" spellCheck={false} className="font-mono" />
          </Field>
          <Button type="submit">Show</Button>
        </form>
      }
      panel={
        uid === null ? null : (
          <EntityPanel key={id} application={application.id} uid={uid} onClose={() => open(undefined)} />
        )
      }
    >
      <Answer query={entities}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items)
          return items.length === 0 ? (
            <EmptyState
              title={type === undefined ? 'Nothing is stored here' : `No ${type} is stored here`}
              command={`npx holdfast access entities put entities.json --application ${application.id}`}
            >
              Things that the control plane decides about without the application can be stored: folders, teams,
              documents, with attributes and parents. What an application hands to each decision from its own database
              needs no copy here.
            </EmptyState>
          ) : (
            <DataTable
              label="Stored entities"
              columns={columns}
              rows={items}
              rowId={(entity) => uidText(entity.uid)}
              selected={id}
              onOpen={(entity) => open(uidText(entity.uid))}
              footer={<LoadMore {...entities} shown={items.length} what={['entity', 'entities']} />}
            />
          )
        }}
      </Answer>
    </PermissionsPage>
  )
}
