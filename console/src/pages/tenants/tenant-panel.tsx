import { type ReactElement, useState } from 'react'
import { fieldError } from '../../api/errors.ts'
import { tenants } from '../../api/tenants.ts'
import type { Tenant } from '../../api/types.ts'
import { listOf } from '../../lib/words.ts'
import { Status } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { CopyId } from '../../ui/copy.tsx'
import { DetailPanel, PanelBody } from '../../ui/detail-panel.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Facts, Section } from '../../ui/facts.tsx'
import { Form } from '../../ui/form.tsx'
import { Field, Input } from '../../ui/input.tsx'
import { RelativeTime } from '../../ui/relative-time.tsx'
import { TypedConfirm } from '../../ui/typed-confirm.tsx'
import { useAct } from '../../ui/use-act.ts'
import { useMayHere } from '../../ui/use-may.ts'
import { DeleteTenant } from './delete-tenant.tsx'
import { LinkOnce } from './link-once.tsx'

interface TenantPanelProps {
  readonly tenant: Tenant
  readonly onClose: () => void
}

export function TenantPanel({ tenant, onClose }: TenantPanelProps): ReactElement {
  const mayHere = useMayHere()
  const may = mayHere('createTenant')
  const mayDelete = mayHere('deleteTenant')
  return (
    <DetailPanel title={tenant.name} subtitle="Tenant" onClose={onClose}>
      <PanelBody>
        <Facts
          items={[
            [
              'State',
              tenant.suspendedAt === null ? (
                <Status key="state" tone="good">
                  active
                </Status>
              ) : (
                <span key="state">
                  <Status tone="refused">suspended</Status> <RelativeTime at={tenant.suspendedAt} />
                </span>
              ),
            ],
            ['Short name', <CopyId key="slug" id={tenant.slug} />],
            ['Id', <CopyId key="id" id={tenant.id} />],
            ['Sign-in', <CopyId key="in" id={`${location.origin}/sign-in?tenant=${tenant.slug}`} />],
            ['Added', <RelativeTime key="added" at={tenant.createdAt} />],
          ]}
        />
      </PanelBody>
      {may ? (
        <>
          <EditTenant key={`${tenant.name} ${tenant.hosts.join()}`} tenant={tenant} />
          {tenant.first ? null : (
            <>
              <InviteOperator tenant={tenant} />
              <Suspend tenant={tenant} />
              {tenant.suspendedAt === null || !mayDelete ? null : <DeleteTenant tenant={tenant} onDone={onClose} />}
            </>
          )}
        </>
      ) : null}
    </DetailPanel>
  )
}

function EditTenant({ tenant }: { tenant: Tenant }): ReactElement {
  const [name, setName] = useState(tenant.name)
  const [hosts, setHosts] = useState(tenant.hosts.join(', '))
  const change = useAct(async () => await tenants.change(tenant.slug, { name: name.trim(), hosts: listOf(hosts) }), {
    done: (changed) => `${changed.name} saved`,
    refresh: [['tenants']],
  })
  return (
    <Section title="Settings">
      <Form act={change} submit="Save" quiet>
        <Field label="Name" error={fieldError(change.error, 'name')}>
          <Input value={name} onChange={setName} />
        </Field>
        <Field
          label="Hosts"
          error={fieldError(change.error, 'hosts')}
          hint="Names at which this control plane is there for this tenant alone."
        >
          <Input value={hosts} onChange={setHosts} className="font-mono text-xs" />
        </Field>
      </Form>
    </Section>
  )
}

function InviteOperator({ tenant }: { tenant: Tenant }): ReactElement {
  const [email, setEmail] = useState('')
  const [invited, setInvited] = useState('')
  const invite = useAct(async () => await tenants.inviteOperator(tenant.slug, email.trim()), {
    refresh: [],
    after: () => {
      setInvited(email.trim())
      setEmail('')
    },
  })
  return (
    <Section title="Invite an operator">
      <Form act={invite} submit="Invite" ready={email.trim() !== ''} quiet>
        {invite.data === undefined ? null : <LinkOnce invitation={invite.data} email={invited} />}
        <Field
          label="E-mail"
          error={fieldError(invite.error, 'email')}
          hint="For a tenant that has no operator left who can come in."
        >
          <Input type="email" value={email} onChange={setEmail} />
        </Field>
      </Form>
    </Section>
  )
}

function Suspend({ tenant }: { tenant: Tenant }): ReactElement {
  const [reason, setReason] = useState('')
  const refresh = [['tenants']]
  const suspend = useAct(async () => await tenants.suspend(tenant.slug, reason.trim()), {
    done: () => `${tenant.name} suspended`,
    refresh,
  })
  const resume = useAct(async () => await tenants.resume(tenant.slug), {
    done: () => `${tenant.name} goes on`,
    refresh,
  })
  return (
    <Section title="Access">
      <div className="flex flex-col gap-3">
        {tenant.suspendedAt === null ? (
          <>
            <Field label="Why it is suspended">
              <Input value={reason} onChange={setReason} maxLength={500} />
            </Field>
            <TypedConfirm
              label="Suspend"
              disabled={reason.trim() === ''}
              consequence={`Every session and token of ${tenant.name} ends now, and nobody of it can sign in, no key of it works, until it is resumed. Nothing is deleted yet.`}
              word={tenant.slug}
              confirm={`Suspend ${tenant.name}`}
              busy={suspend.isPending}
              onConfirm={() => suspend.mutate()}
            />
          </>
        ) : (
          <Button className="self-start" busy={resume.isPending} onClick={() => resume.mutate()}>
            Resume
          </Button>
        )}
        <ErrorNote error={suspend.error ?? resume.error} />
      </div>
    </Section>
  )
}
