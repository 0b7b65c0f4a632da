import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { type ReactElement, useMemo } from 'react'
import { access } from '../../api/access.ts'
import type { Application, Role } from '../../api/types.ts'
import { type PlacedRole, roleTree } from '../../lib/role-tree.ts'
import { Tag } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Answer } from '../../ui/loading.tsx'
import { type Column, DataTable } from '../../ui/table.tsx'
import { useMay } from '../../ui/use-may.ts'
import { ForApplication, PermissionsPage } from '../permissions/frame.tsx'
import { CreateRole } from './create-role.tsx'
import { RolePanel } from './role-panel.tsx'

const here = '/permissions/roles/{-$app}/{-$id}'
const route = getRouteApi(here)

const INDENT = ['', 'pl-4', 'pl-8', 'pl-12', 'pl-16'] as const

const columns: readonly Column<PlacedRole<Role>>[] = [
  {
    id: 'role',
    header: 'Role',
    cell: ({ role, depth }) => (
      <span className={`block ${INDENT[Math.min(depth, INDENT.length - 1)]}`}>
        <span className="font-medium">{role.name}</span>{' '}
        {role.name === role.id ? null : <code className="font-mono text-xs text-muted">{role.id}</code>}{' '}
        {role.builtin ? <Tag>built in</Tag> : null}
      </span>
    ),
  },
  {
    id: 'description',
    header: 'For',
    cell: ({ role }) => <span className="line-clamp-2 break-words text-muted">{role.description}</span>,
    from: 'md',
  },
  { id: 'has', header: 'Has also', cell: ({ role }) => role.parents.join(', '), from: 'sm' },
  { id: 'grants', header: 'Granted', cell: ({ role }) => role.grants, align: 'right' },
]

export function RolesPage(): ReactElement {
  const { app } = route.useParams()
  return (
    <ForApplication here={here} app={app}>
      {(application) => <Roles key={application.id} application={application} />}
    </ForApplication>
  )
}

function Roles({ application }: { application: Application }): ReactElement {
  const { id } = route.useParams()
  const navigate = route.useNavigate()
  const may = useMay(application.id)
  const roles = useQuery({
    queryKey: ['access', application.id, 'roles'],
    queryFn: async () => await access.roles(application.id),
  })
  const open = (next: string | undefined) => void navigate({ params: { app: application.id, id: next } })
  const all = useMemo(() => roles.data?.items ?? [], [roles.data])
  const rows = useMemo(() => roleTree(all), [all])
  return (
    <PermissionsPage
      here={here}
      application={application}
      actions={
        may('changeRoles') ? (
          <Button look="primary" icon="plus" onClick={() => open('+')}>
            Add role
          </Button>
        ) : null
      }
      panel={
        id === undefined ? null : id === '+' ? (
          <CreateRole application={application.id} roles={all} onClose={() => open(undefined)} onCreated={open} />
        ) : (
          <RolePanel
            key={id}
            application={application.id}
            role={all.find((role) => role.id === id)}
            roles={all}
            loading={roles.isPending}
            onClose={() => open(undefined)}
          />
        )
      }
    >
      <Answer query={roles}>
        {() =>
          rows.length === 0 ? (
            <EmptyState
              title="No roles yet"
              command={`npx holdfast access roles apply roles.yaml --application ${application.id}`}
            >
              A role is what policies speak of (<code className="font-mono text-xs">principal in Role::"editor"</code>)
              and grants give. A role may have others: whoever is an owner is an editor too. Add one above, or keep all
              of them in a file:
            </EmptyState>
          ) : (
            <DataTable
              label="Roles"
              columns={columns}
              rows={rows}
              rowId={({ role, path }) => (path === role.id ? role.id : path)}
              selected={rows.find(({ role, path }) => role.id === id && path === id)?.path ?? id}
              onOpen={({ role }) => open(role.id)}
            />
          )
        }
      </Answer>
    </PermissionsPage>
  )
}
