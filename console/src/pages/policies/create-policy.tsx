import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { fieldError } from '../../api/errors.ts'
import { api } from '../../api/index.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Field, Input } from '../../ui/input.tsx'
import { SelectField } from '../../ui/select.tsx'
import { useToast } from '../../ui/toast.tsx'
import { useMay } from '../../ui/use-may.ts'
import { CedarField } from './cedar-field.tsx'
import { SaveWithPreview } from './save-with-preview.tsx'

interface CreatePolicyProps {
  readonly application: string
  readonly onCancel: () => void
  readonly onCreated: (name: string) => void
}

const starts = {
  policy: `// Who may do what to which resource, and when.
permit (
  principal in Group::"support",
  action,
  resource
);
`,
  role: `// Whoever has the role, by a grant: until it ends.
permit (
  principal in Role::"editor",
  action,
  resource
);
`,
  template: `// A grant says who, and on what.
permit (
  principal == ?principal,
  action,
  resource == ?resource
);
`,
  forbid: `// Wins over every permit.
forbid (
  principal,
  action,
  resource
) unless { principal in Group::"support" };
`,
} as const

const kinds = [
  { value: 'policy', label: 'for a group' },
  { value: 'role', label: 'for a role' },
  { value: 'template', label: 'a template for grants' },
  { value: 'forbid', label: 'that forbids' },
] as const

export function CreatePolicy({ application, onCancel, onCreated }: CreatePolicyProps): ReactElement {
  const [name, setName] = useState('')
  const [text, setText] = useState<string>(starts.policy)
  const [kind, setKind] = useState<keyof typeof starts>('policy')
  const [previewing, setPreviewing] = useState(false)
  const may = useMay(application)
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
        queries.invalidateQueries({ queryKey: ['access', application] }),
      ])
      onCreated(policy.name)
    },
    onError: () => setPreviewing(false),
  })
  const submit = () => {
    if (name === '' || create.isPending) return
    create.reset()
    if (may('compareAccess') && !previewing) setPreviewing(true)
    else create.mutate()
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
      <div className="flex flex-wrap items-start gap-3">
        <div className="w-full max-w-96">
          <Field
            label="Name"
            error={fieldError(create.error, 'name')}
            hint="Decisions and events name the policy by it: support-may-read-orders."
          >
            <Input
              value={name}
              onChange={(next) => {
                setName(next)
                setPreviewing(false)
              }}
              autoFocus
              className="font-mono"
            />
          </Field>
        </div>
        <SelectField
          label="Begin with one"
          value={kind}
          options={kinds}
          onChange={(next) => {
            if (text === starts[kind] || text.trim() === '') setText(starts[next])
            setKind(next)
            setPreviewing(false)
          }}
        />
      </div>
      <CedarField
        application={application}
        kind="policy"
        label="Policy text"
        value={text}
        onChange={(next) => {
          setText(next)
          setPreviewing(false)
        }}
        onSave={submit}
      />
      <ErrorNote error={create.error} />
      {previewing ? (
        <SaveWithPreview
          application={application}
          name={name}
          text={text}
          act="Adding this"
          confirm={`Add ${name}`}
          busy={create.isPending}
          onConfirm={() => create.mutate()}
          onCancel={() => setPreviewing(false)}
        />
      ) : (
        <div className="flex gap-2">
          <Button look="primary" type="submit" busy={create.isPending} disabled={name === ''}>
            Add policy
          </Button>
          <Button onClick={onCancel}>Cancel</Button>
        </div>
      )}
    </form>
  )
}
