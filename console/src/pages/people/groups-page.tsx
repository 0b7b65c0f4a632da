import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { groupsQuery } from '../../api/queries.ts'
import type { Group } from '../../api/types.ts'
import { Tags } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Answer } from '../../ui/loading.tsx'
import { Page } from '../../ui/page.tsx'
import { type Column, DataTable } from '../../ui/table.tsx'
import { CreateGroup } from './create-group.tsx'
import { GroupPanel } from './group-panel.tsx'
import { PeopleTabs } from './people-tabs.tsx'

const route = getRouteApi('/groups/{-$id}')

const columns: readonly Column<Group>[] = [
  {
    id: 'name',
    header: 'Name',
    value: (group) => group.name,
    cell: (group) => <span className="font-medium">{group.name}</span>,
  },
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
  // "new" is a name that a group may have; the form lives at a name that none can have.
  const group = groups.data?.items.find((each) => each.id === id)

  return (
    <Page
      title="Groups"
      tabs={<PeopleTabs />}
      actions={
        <Button look="primary" icon="plus" onClick={() => open('+')}>
          Add group
        </Button>
      }
      panel={
        id === undefined ? null : id === '+' ? (
          <CreateGroup onClose={() => open(undefined)} onCreated={open} />
        ) : (
          <GroupPanel key={id} group={group} loading={groups.isPending} onClose={() => open(undefined)} />
        )
      }
    >
      <Answer query={groups}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState title="No groups yet">
              A group is what a policy names: whoever is in it may do what the policy permits.
            </EmptyState>
          ) : (
            <div className="pt-2">
              <DataTable
                label="Groups"
                columns={columns}
                rows={items}
                rowId={(each) => each.id}
                selected={id}
                onOpen={(each) => open(each.id)}
              />
            </div>
          )
        }
      </Answer>
    </Page>
  )
}
