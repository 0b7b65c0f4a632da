import { type ReactElement, useState } from 'react'
import { fieldError } from '../../api/errors.ts'
import { signIn } from '../../api/identity.ts'
import { Button } from '../../ui/button.tsx'
import { CopyLine } from '../../ui/copy.tsx'
import { DetailPanel, PanelBody } from '../../ui/detail-panel.tsx'
import { FormPanel } from '../../ui/form.tsx'
import { Field, Input } from '../../ui/input.tsx'
import { SecretOnce } from '../../ui/secret-once.tsx'
import { useAct } from '../../ui/use-act.ts'

interface CreateProvisionerProps {
  readonly onClose: () => void
  readonly onOpen: (id: string) => void
}

export function CreateProvisioner({ onClose, onOpen }: CreateProvisionerProps): ReactElement {
  const [name, setName] = useState('')
  const create = useAct(async () => await signIn.createProvisioner(name.trim()), {
    refresh: [['provisioners'], ['services']],
  })
  if (create.data !== undefined) {
    const { connection, key } = create.data
    return (
      <DetailPanel title={connection.name} subtitle="Provisioner added" onClose={onClose}>
        <PanelBody>
          <div className="flex flex-col gap-1">
            <span className="text-xs font-medium">Tenant URL (Entra), base URL (Okta)</span>
            <CopyLine text={connection.url} />
          </div>
          <SecretOnce
            secret={key}
            label="Copy token"
            what="The secret token, shown now and never again: only its hash is kept. Paste it at the provider before you leave."
          />
          <div>
            <Button look="primary" onClick={() => onOpen(connection.id)}>
              I have copied it
            </Button>
          </div>
        </PanelBody>
      </DetailPanel>
    )
  }
  return (
    <FormPanel title="Add provisioner" act={create} ready={name.trim() !== ''} onClose={onClose}>
      <Field
        label="Name"
        error={fieldError(create.error, 'name')}
        hint="Whose it is: entra, okta. It may provision, and nothing else."
      >
        <Input value={name} onChange={setName} autoFocus />
      </Field>
    </FormPanel>
  )
}
