import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import { access } from '../../api/access.ts'
import type { Role } from '../../api/types.ts'
import { count } from '../../lib/words.ts'
import { Button, buttonClass, TextButton } from '../../ui/button.tsx'
import { ConfirmInline } from '../../ui/confirm-inline.tsx'
import { CopyId } from '../../ui/copy.tsx'
import { DetailPanel, NotThere, PanelBody } from '../../ui/detail-panel.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Facts, Section } from '../../ui/facts.tsx'
import { Answer } from '../../ui/loading.tsx'
import { useToast } from '../../ui/toast.tsx'
import { useMay } from '../../ui/use-may.ts'
import { ChangeList } from '../permissions/change-list.tsx'
import { RoleFields, type RoleText } from './role-fields.tsx'

interface RolePanelProps {
  readonly application: string
  readonly role: Role | undefined
  readonly roles: readonly Role[]
  readonly loading: boolean
  readonly onClose: () => void
}

export function RolePanel({ application, role, roles, loading, onClose }: RolePanelProps): ReactElement {
  if (role === undefined) return <NotThere one="role" loading={loading} onClose={onClose} />
  return <KnownRole application={application} role={role} roles={roles} onClose={onClose} />
}

function KnownRole({
  application,
  role,
  roles,
  onClose,
}: Omit<RolePanelProps, 'role' | 'loading'> & { readonly role: Role }): ReactElement {
  const [editing, setEditing] = useState<RoleText | null>(null)
  const queries = useQueryClient()
  const toast = useToast()
  const may = useMay(application)
  const writable = !role.builtin && may('changeRoles')
  const refresh = async () => await queries.invalidateQueries({ queryKey: ['access', application] })
  const save = useMutation({
    mutationFn: async (text: RoleText) => await access.changeRole(application, role.id, text),
    onSuccess: async () => {
      toast(`Role ${role.name} saved`)
      setEditing(null)
      await refresh()
    },
  })
  const remove = useMutation({
    mutationFn: async () => await access.deleteRole(application, role.id),
    onSuccess: async () => {
      toast(`Role ${role.name} deleted`)
      onClose()
      await refresh()
    },
  })
  const history = useQuery({
    queryKey: ['access', application, 'history', 'role', role.id],
    queryFn: async ({ signal }) => await access.history(application, { role: role.id, limit: 30 }, signal),
  })
  const below = roles.filter(({ parents }) => parents.includes(role.id))
  return (
    <DetailPanel title={role.name} subtitle={role.builtin ? 'Role, built in' : 'Role'} onClose={onClose}>
      <PanelBody>
        {editing === null ? (
          <>
            {role.description === '' ? null : <p className="break-words">{role.description}</p>}
            <Facts
              items={[
                ['Id', <CopyId key="id" id={`Role::"${role.id}"`} />],
                ['Has also', <RoleLinks key="parents" application={application} ids={role.parents} />],
                ['Had by', <RoleLinks key="below" application={application} ids={below.map(({ id }) => id)} />],
                ['Granted', count(role.grants, 'time')],
              ]}
            />
            <div className="flex flex-wrap gap-2">
              {may('grantAccess') ? (
                <Link
                  to="/permissions/grants/{-$app}/{-$id}"
                  params={{ app: application, id: 'new' }}
                  search={{ role: role.id }}
                  className={buttonClass('primary')}
                >
                  Give it
                </Link>
              ) : null}
              <Link
                to="/permissions/grants/{-$app}/{-$id}"
                params={{ app: application, id: undefined }}
                search={{ role: role.id }}
                className={buttonClass()}
              >
                Who has it
              </Link>
              {writable ? (
                <Button
                  onClick={() => setEditing({ name: role.name, description: role.description, parents: role.parents })}
                >
                  Edit
                </Button>
              ) : null}
            </div>
          </>
        ) : (
          <form
            noValidate
            className="flex flex-col gap-4"
            onSubmit={(event) => {
              event.preventDefault()
              save.mutate(editing)
            }}
          >
            <RoleFields
              value={editing}
              onChange={setEditing}
              roles={roles}
              self={role.id}
              error={save.error}
              autoFocus
            />
            <ErrorNote error={save.error} />
            <div className="flex items-center gap-2">
              <Button look="primary" type="submit" busy={save.isPending} disabled={editing.name.trim() === ''}>
                Save
              </Button>
              <TextButton onClick={() => setEditing(null)}>Cancel</TextButton>
            </div>
          </form>
        )}
      </PanelBody>
      <Section title="What changed">
        <Answer query={history}>{({ items }) => <ChangeList changes={items} />}</Answer>
      </Section>
      {writable ? (
        <Section title="Delete">
          <ConfirmInline
            label="Delete"
            busy={remove.isPending}
            disabled={role.grants > 0 || below.length > 0}
            consequence={`Policies that speak of ${role.name} no longer hold for anybody.`}
            confirm={`Delete ${role.name}`}
            onConfirm={() => remove.mutate()}
          />
          {role.grants > 0 || below.length > 0 ? (
            <p className="mt-2 text-xs text-muted">
              Somebody has it, or a role that has it: end those grants first, and take it from those roles.
            </p>
          ) : null}
          <div className="mt-2 empty:hidden">
            <ErrorNote error={remove.error} />
          </div>
        </Section>
      ) : null}
    </DetailPanel>
  )
}

function RoleLinks({ application, ids }: { application: string; ids: readonly string[] }): ReactElement {
  if (ids.length === 0) return <span className="text-muted">none</span>
  return (
    <>
      {ids.map((id, index) => (
        <span key={id}>
          {index === 0 ? '' : ', '}
          <Link
            to="/permissions/roles/{-$app}/{-$id}"
            params={{ app: application, id }}
            className="text-accent hover:underline"
          >
            {id}
          </Link>
        </span>
      ))}
    </>
  )
}
