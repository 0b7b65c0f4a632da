import { type ReactElement, useState } from 'react'
import { fieldError } from '../../api/errors.ts'
import { api } from '../../api/index.ts'
import { slugOf } from '../../lib/words.ts'
import { FormPanel } from '../../ui/form.tsx'
import { Field, Input } from '../../ui/input.tsx'
import { useAct } from '../../ui/use-act.ts'
import { GroupPicker } from './group-picker.tsx'

interface CreateGroupProps {
  readonly onClose: () => void
  readonly onCreated: (id: string) => void
}

export function CreateGroup({ onClose, onCreated }: CreateGroupProps): ReactElement {
  const [name, setName] = useState('')
  const [typedId, setTypedId] = useState<string | null>(null)
  const [parents, setParents] = useState<readonly string[]>([])
  const id = typedId ?? slugOf(name)
  const create = useAct(async () => await api.createGroup({ id, name, parents }), {
    done: (group) => `Group ${group.name} added`,
    refresh: [['groups']],
    after: (group) => onCreated(group.id),
  })
  return (
    <FormPanel title="Add group" act={create} ready={name !== '' && id !== ''} onClose={onClose}>
      <Field label="Name" error={fieldError(create.error, 'name')}>
        <Input value={name} onChange={setName} autoFocus required />
      </Field>
      <Field
        label="Id"
        error={fieldError(create.error, 'id')}
        hint={
          <>
            Policies name it: <code className="font-mono">principal in Group::"{id === '' ? 'support' : id}"</code>
          </>
        }
      >
        <Input value={id} onChange={setTypedId} className="font-mono" required />
      </Field>
      <GroupPicker label="Part of" value={parents} onChange={setParents} />
    </FormPanel>
  )
}
