import { type ReactElement, useState } from 'react'
import { fieldError } from '../../api/errors.ts'
import { api } from '../../api/index.ts'
import { FormPanel } from '../../ui/form.tsx'
import { Field, Input } from '../../ui/input.tsx'
import { useAct } from '../../ui/use-act.ts'
import { GroupPicker } from './group-picker.tsx'

interface CreatePersonProps {
  readonly onClose: () => void
  readonly onCreated: (id: string) => void
}

export function CreatePerson({ onClose, onCreated }: CreatePersonProps): ReactElement {
  const [email, setEmail] = useState('')
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [groups, setGroups] = useState<readonly string[]>([])
  const create = useAct(
    async () =>
      await api.createPerson({ email, name, groups, ...(password === '' ? {} : { password, temporary: true }) }),
    { done: (person) => `${person.name} added`, refresh: [['people']], after: (person) => onCreated(person.id) },
  )

  return (
    <FormPanel title="Add person" act={create} ready={email !== '' && name !== ''} onClose={onClose}>
      <Field label="Name" error={fieldError(create.error, 'name')}>
        <Input value={name} onChange={setName} autoFocus required maxLength={200} />
      </Field>
      <Field label="Email" error={fieldError(create.error, 'email')} hint="They sign in with it.">
        <Input type="email" value={email} onChange={setEmail} required />
      </Field>
      <Field
        label="First password"
        error={fieldError(create.error, 'password')}
        hint="Optional: they must change it when they first sign in. Without one they choose it by a link that you have mailed to them."
      >
        <Input type="password" autoComplete="new-password" value={password} onChange={setPassword} />
      </Field>
      <GroupPicker value={groups} onChange={setGroups} />
    </FormPanel>
  )
}
