import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { fieldError } from '../../api/errors.ts'
import { api } from '../../api/index.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Field, Input } from '../../ui/input.tsx'
import { useToast } from '../../ui/toast.tsx'
import { CedarField } from './cedar-field.tsx'

interface CreatePolicyProps {
  readonly application: string
  readonly onCancel: () => void
  readonly onCreated: (name: string) => void
}

const START = `// Who may do what to which resource, and when.
permit (
  principal in Group::"support",
  action,
  resource
);
`

export function CreatePolicy({ application, onCancel, onCreated }: CreatePolicyProps): ReactElement {
  const [name, setName] = useState('')
  const [text, setText] = useState(START)
  const queries = useQueryClient()
  const toast = useToast()
  const create = useMutation({
    // Version 0: create only. A policy that has this name already is not overwritten.
    mutationFn: async () => await api.savePolicy(application, name, { text, expectedVersion: 0 }),
    onSuccess: async (policy) => {
      toast(`${policy.name} added`)
      await Promise.all([
        queries.invalidateQueries({ queryKey: ['policies', application] }),
        queries.invalidateQueries({ queryKey: ['applications'] }),
      ])
      onCreated(policy.name)
    },
  })
  const submit = () => {
    if (name !== '' && !create.isPending) create.mutate()
  }
  return (
    <form
      noValidate
      className="flex min-w-0 flex-col gap-3 p-4"
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <h2 className="text-base font-semibold">Add policy</h2>
      <div className="max-w-96">
        <Field
          label="Name"
          error={fieldError(create.error, 'name')}
          hint="Decisions and events name the policy by it: support-may-read-orders."
        >
          <Input value={name} onChange={setName} autoFocus className="font-mono" />
        </Field>
      </div>
      <CedarField
        application={application}
        kind="policy"
        label="Policy text"
        value={text}
        onChange={setText}
        onSave={submit}
      />
      <ErrorNote error={create.error} />
      <div className="flex gap-2">
        <Button look="primary" type="submit" busy={create.isPending} disabled={name === ''}>
          Add policy
        </Button>
        <Button onClick={onCancel}>Cancel</Button>
      </div>
    </form>
  )
}
