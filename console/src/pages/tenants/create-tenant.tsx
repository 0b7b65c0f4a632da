import { type ReactElement, useState } from 'react'
import { fieldError } from '../../api/errors.ts'
import { tenants } from '../../api/tenants.ts'
import { listOf, slugOf } from '../../lib/words.ts'
import { Button } from '../../ui/button.tsx'
import { DetailPanel, PanelBody } from '../../ui/detail-panel.tsx'
import { FormPanel } from '../../ui/form.tsx'
import { Field, Input } from '../../ui/input.tsx'
import { useAct } from '../../ui/use-act.ts'
import { LinkOnce } from './link-once.tsx'

interface CreateTenantProps {
  readonly onClose: () => void
  readonly onOpen: (slug: string) => void
}

export function CreateTenant({ onClose, onOpen }: CreateTenantProps): ReactElement {
  const [name, setName] = useState('')
  const [typedSlug, setTypedSlug] = useState<string | null>(null)
  const [email, setEmail] = useState('')
  const [hosts, setHosts] = useState('')
  const slug = typedSlug ?? slugOf(name)
  const create = useAct(
    async () => await tenants.create({ slug, name: name.trim(), hosts: listOf(hosts), admin: { email: email.trim() } }),
    { refresh: [['tenants']] },
  )
  if (create.data !== undefined) {
    const made = create.data
    return (
      <DetailPanel title={made.name} subtitle="Tenant added" onClose={onClose}>
        <PanelBody>
          <LinkOnce invitation={made.invitation} email={email} />
          <div>
            <Button look="primary" onClick={() => onOpen(made.slug)}>
              Open the tenant
            </Button>
          </div>
        </PanelBody>
      </DetailPanel>
    )
  }
  return (
    <FormPanel
      title="Add tenant"
      act={create}
      ready={name.trim() !== '' && slug !== '' && email.trim() !== ''}
      onClose={onClose}
    >
      <p className="text-muted">
        An isolated organisation: its own people, applications, connections, letters, events and keys.
      </p>
      <Field label="Name" error={fieldError(create.error, 'name')}>
        <Input value={name} onChange={setName} autoFocus />
      </Field>
      <Field
        label="Short name"
        error={fieldError(create.error, 'slug')}
        hint="In addresses and audiences of tokens; it does not change."
      >
        <Input value={slug} onChange={setTypedSlug} className="font-mono" />
      </Field>
      <Field
        label="E-mail of its first operator"
        error={fieldError(create.error, 'email')}
        hint="They are invited by mail."
      >
        <Input type="email" value={email} onChange={setEmail} />
      </Field>
      <Field
        label="Hosts"
        error={fieldError(create.error, 'hosts')}
        hint="Names at which this control plane is there for this tenant alone. Optional."
      >
        <Input value={hosts} onChange={setHosts} placeholder="login.example.com" className="font-mono text-xs" />
      </Field>
    </FormPanel>
  )
}
