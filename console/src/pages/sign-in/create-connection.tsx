import { type ReactElement, useState } from 'react'
import { fieldError } from '../../api/errors.ts'
import { signIn } from '../../api/identity.ts'
import { emptyConnection, newConnectionOf, providers } from '../../lib/connection-draft.ts'
import { slugOf } from '../../lib/words.ts'
import { CopyLine } from '../../ui/copy.tsx'
import { FormPanel } from '../../ui/form.tsx'
import { Field, Input } from '../../ui/input.tsx'
import { SelectField } from '../../ui/select.tsx'
import { useAct } from '../../ui/use-act.ts'
import { ConnectionFields } from './connection-fields.tsx'

interface CreateConnectionProps {
  readonly onClose: () => void
  readonly onCreated: (id: string) => void
}

export function CreateConnection({ onClose, onCreated }: CreateConnectionProps): ReactElement {
  const [draft, setDraft] = useState(emptyConnection)
  const [typedId, setTypedId] = useState<string | null>(null)
  const id = typedId ?? slugOf(draft.name)
  const create = useAct(async () => await signIn.createConnection(newConnectionOf(id, draft)), {
    done: ({ name }) => `${name} added`,
    refresh: [['connections']],
    after: (connection) => onCreated(connection.id),
  })
  return (
    <FormPanel title="Add connection" act={create} ready={draft.clientId.trim() !== '' && id !== ''} onClose={onClose}>
      <SelectField
        label="Provider"
        value={draft.preset}
        onChange={(preset) => {
          const name = providers.find(({ value }) => value === preset)?.label ?? ''
          setDraft({ ...draft, preset, name: preset === 'oidc' ? '' : name })
        }}
        options={providers}
      />
      <Field
        label="Id"
        error={fieldError(create.error, 'id')}
        hint="Stands in the address that the provider sends people back to; it does not change."
      >
        <Input value={id} onChange={setTypedId} className="font-mono" />
      </Field>
      <div className="flex flex-col gap-1">
        <span className="text-xs font-medium">Redirect URI, to register there</span>
        <CopyLine text={`${location.origin}/sign-in/callback/${id}`} />
      </div>
      <ConnectionFields draft={draft} onDraft={setDraft} error={create.error} />
    </FormPanel>
  )
}
