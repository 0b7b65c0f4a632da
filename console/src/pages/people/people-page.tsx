import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { type ReactElement, useCallback } from 'react'
import { peopleQuery } from '../../api/queries.ts'
import type { Person } from '../../api/types.ts'
import { Tags } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { timeColumn } from '../../ui/columns.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { LoadMore } from '../../ui/load-more.tsx'
import { Answer } from '../../ui/loading.tsx'
import { Page } from '../../ui/page.tsx'
import { SearchInput } from '../../ui/search-input.tsx'
import { type Column, DataTable } from '../../ui/table.tsx'
import { CreatePerson } from './create-person.tsx'
import { PeopleTabs } from './people-tabs.tsx'
import { PersonPanel } from './person-panel.tsx'
import { PersonState } from './person-state.tsx'

const route = getRouteApi('/people/{-$id}')

const columns: readonly Column<Person>[] = [
  {
    id: 'name',
    header: 'Name',
    value: (person) => person.name,
    cell: (person) => (
      <>
        <span className="font-medium">{person.name}</span>
        <span className="block text-xs break-all text-muted @2xl:hidden">{person.email}</span>
      </>
    ),
  },
  {
    id: 'email',
    header: 'Email',
    value: (person) => person.email,
    cell: (person) => person.email,
    className: 'wrap-anywhere',
    from: 'md',
  },
  { id: 'groups', header: 'Groups', cell: (person) => <Tags items={person.groups} />, from: 'lg' },
  { id: 'state', header: 'State', value: (person) => person.state, cell: (person) => <PersonState person={person} /> },
  timeColumn('seen', 'Last sign-in', (person) => person.lastSignInAt, 'sm'),
]

export function PeoplePage(): ReactElement {
  const { id } = route.useParams()
  const { q = '' } = route.useSearch()
  const navigate = route.useNavigate()
  const people = useInfiniteQuery(peopleQuery(q))
  const open = (next: string | undefined) => void navigate({ params: { id: next }, search: true })
  const search = useCallback(
    (text: string) => void navigate({ params: true, search: text === '' ? {} : { q: text }, replace: true }),
    [navigate],
  )

  return (
    <Page
      title="People"
      tabs={<PeopleTabs />}
      actions={
        <Button look="primary" icon="plus" onClick={() => open('new')}>
          Add person
        </Button>
      }
      toolbar={<SearchInput label="Search name or email" value={q} onChange={search} />}
      panel={
        id === undefined ? null : id === 'new' ? (
          <CreatePerson onClose={() => open(undefined)} onCreated={open} />
        ) : (
          <PersonPanel key={id} id={id} onClose={() => open(undefined)} />
        )
      }
    >
      <Answer query={people}>
        {({ pages }) => {
          const rows = pages.flatMap((page) => page.items)
          if (rows.length === 0) {
            return q === '' ? (
              <EmptyState
                title="No people yet"
                command="npx holdfast people create ada@example.com --name 'Ada Lovelace' --group admins"
              >
                People sign in here and are who policies speak of. Add one above, or on the command line:
              </EmptyState>
            ) : (
              <EmptyState title={`Nobody matches "${q}"`}>Names and email addresses are searched.</EmptyState>
            )
          }
          return (
            <DataTable
              label="People"
              columns={columns}
              rows={rows}
              rowId={(person) => person.id}
              selected={id}
              onOpen={(person) => open(person.id)}
              footer={<LoadMore {...people} shown={rows.length} what={['person', 'people']} />}
            />
          )
        }}
      </Answer>
    </Page>
  )
}
