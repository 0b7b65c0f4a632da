import { type ReactElement, useState } from 'react'
import { access } from '../../api/access.ts'
import { fieldError } from '../../api/errors.ts'
import type { Role } from '../../api/types.ts'
import { slugOf } from '../../lib/words.ts'
import { FormPanel } from '../../ui/form.tsx'
import { Field, Input } from '../../ui/input.tsx'
import { useAct } from '../../ui/use-act.ts'
import { RoleFields, type RoleText } from './role-fields.tsx'

interface CreateRoleProps {
  readonly application: string
  readonly roles: readonly Role[]
  readonly onClose: () => void
  readonly onCreated: (id: string) => void
}

export function CreateRole({ application, roles, onClose, onCreated }: CreateRoleProps): ReactElement {
  const [role, setRole] = useState<RoleText>({ name: '', description: '', parents: [] })
  const [id, setId] = useState<string | null>(null)
  const slug = id ?? slugOf(role.name)
  const create = useAct(async () => await access.createRole(application, { ...role, id: slug }), {
    done: (created) => `Role ${created.name} added`,
    refresh: [['access', application]],
    after: (created) => onCreated(created.id),
  })
  const ready = role.name.trim() !== '' && slug !== ''
  return (
    <FormPanel title="Add role" act={create} ready={ready} onClose={onClose}>
      <RoleFields value={role} onChange={setRole} roles={roles} error={create.error} autoFocus />
      <Field
        label="Id"
        hint={`Policies say principal in Role::"${slug === '' ? 'editor' : slug}".`}
        error={fieldError(create.error, 'id')}
      >
        <Input value={slug} onChange={setId} spellCheck={false} className="font-mono" />
      </Field>
    </FormPanel>
  )
}
