import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { groupsQuery } from '../../api/queries.ts'
import type { Group } from '../../api/types.ts'
import { Tags } from '../../ui/badge.tsx'
import { nameColumn } from '../../ui/columns.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ListPage } from '../../ui/list-page.tsx'
import { Page } from '../../ui/page.tsx'
import type { Column } from '../../ui/table.tsx'
import { CreateGroup } from './create-group.tsx'
import { GroupPanel } from './group-panel.tsx'
import { PeopleTabs } from './people-tabs.tsx'

const route = getRouteApi('/groups/{-$id}')

const columns: readonly Column<Group>[] = [
  nameColumn('Name', (group) => group.name),
  {
    id: 'slug',
    header: 'In policies',
    value: (group) => group.id,
    cell: (group) => <code className="font-mono text-xs">Group::"{group.id}"</code>,
    from: 'sm',
  },
  { id: 'parents', header: 'Part of', cell: (group) => <Tags items={group.parents} none="–" />, from: 'md' },
  { id: 'members', header: 'Members', value: (group) => group.members, cell: (group) => group.members, align: 'right' },
]

export function GroupsPage(): ReactElement {
  const { id } = route.useParams()
  const navigate = route.useNavigate()
  const groups = useQuery(groupsQuery)
  const open = (next: string | undefined) => void navigate({ params: { id: next } })
  return (
    <ListPage
      frame={(parts) => <Page title="Groups" tabs={<PeopleTabs />} {...parts} />}
      label="Groups"
      one="group"
      query={groups}
      columns={columns}
      rowId={(each) => each.id}
      id={id}
      open={open}
      add={{ label: 'Add group', form: <CreateGroup onClose={() => open(undefined)} onCreated={open} /> }}
      panel={(group, close) => <GroupPanel group={group} onClose={close} />}
      empty={
        <EmptyState title="No groups yet">
          A group is what a policy names: whoever is in it may do what the policy permits.
        </EmptyState>
      }
    />
  )
}
