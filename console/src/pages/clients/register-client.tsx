import { type ReactElement, useState } from 'react'
import { clients } from '../../api/identity.ts'
import { emptyDraft, metadataOf } from '../../lib/client-draft.ts'
import { Button } from '../../ui/button.tsx'
import { DetailPanel, PanelBody } from '../../ui/detail-panel.tsx'
import { FormPanel } from '../../ui/form.tsx'
import { useAct } from '../../ui/use-act.ts'
import { ClientFields } from './client-fields.tsx'
import { ClientOnce } from './client-once.tsx'

interface RegisterClientProps {
  readonly app: string
  readonly onClose: () => void
  readonly onOpen: (id: string) => void
}

export function RegisterClient({ app, onClose, onOpen }: RegisterClientProps): ReactElement {
  const [draft, setDraft] = useState(emptyDraft)
  const register = useAct(async () => await clients.create(app, { preset: draft.preset, ...metadataOf(draft) }), {
    refresh: [['clients', app], ['services']],
  })
  if (register.data !== undefined) {
    const { client_id: id, client_name: name } = register.data
    return (
      <DetailPanel title={name ?? id} subtitle="Client registered" onClose={onClose}>
        <PanelBody>
          <ClientOnce clientId={id} secret={register.data.client_secret} />
          <div>
            <Button look="primary" onClick={() => onOpen(id)}>
              {register.data.client_secret === undefined ? 'Open the client' : 'I have copied it'}
            </Button>
          </div>
        </PanelBody>
      </DetailPanel>
    )
  }
  return (
    <FormPanel title="Register client" act={register} ready={draft.name.trim() !== ''} onClose={onClose}>
      <ClientFields draft={draft} onDraft={setDraft} error={register.error} />
    </FormPanel>
  )
}
