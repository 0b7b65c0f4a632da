import { type ReactElement, useState } from 'react'
import { fieldError } from '../../api/errors.ts'
import { api } from '../../api/index.ts'
import { listOf, slugOf } from '../../lib/words.ts'
import { FormPanel } from '../../ui/form.tsx'
import { Field, Input } from '../../ui/input.tsx'
import { useAct } from '../../ui/use-act.ts'
import { GatewayFields, upstreamOf } from './gateway-fields.tsx'

interface CreateApplicationProps {
  readonly onClose: () => void
  readonly onCreated: (id: string) => void
}

export function CreateApplication({ onClose, onCreated }: CreateApplicationProps): ReactElement {
  const [name, setName] = useState('')
  const [typedId, setTypedId] = useState<string | null>(null)
  const [hosts, setHosts] = useState('')
  const [upstream, setUpstream] = useState('')
  const [publicPaths, setPublicPaths] = useState('')
  const id = typedId ?? slugOf(name)
  const create = useAct(
    async () =>
      await api.createApplication({
        id,
        name,
        hosts: listOf(hosts),
        publicPaths: listOf(publicPaths),
        upstream: upstreamOf(upstream),
      }),
    {
      done: (application) => `${application.name} added`,
      refresh: [['applications']],
      after: (application) => onCreated(application.id),
    },
  )
  return (
    <FormPanel title="Add application" act={create} ready={name !== '' && id !== ''} onClose={onClose}>
      <Field label="Name" error={fieldError(create.error, 'name')}>
        <Input value={name} onChange={setName} autoFocus required />
      </Field>
      <Field
        label="Id"
        error={fieldError(create.error, 'id')}
        hint="Credentials and events name the application by it; it does not change."
      >
        <Input value={id} onChange={setTypedId} className="font-mono" required />
      </Field>
      <GatewayFields
        hosts={hosts}
        onHosts={setHosts}
        upstream={upstream}
        onUpstream={setUpstream}
        publicPaths={publicPaths}
        onPublicPaths={setPublicPaths}
        errorOf={(field) => fieldError(create.error, field)}
      />
    </FormPanel>
  )
}
