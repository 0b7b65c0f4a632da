import { type ReactElement, useState } from 'react'
import { clients } from '../../api/identity.ts'
import type { OAuthClient } from '../../api/types.ts'
import { changeOf, draftOf } from '../../lib/client-draft.ts'
import { Status, Tags } from '../../ui/badge.tsx'
import { Button, TextButton } from '../../ui/button.tsx'
import { ConfirmInline } from '../../ui/confirm-inline.tsx'
import { CopyId } from '../../ui/copy.tsx'
import { DetailPanel, PanelBody } from '../../ui/detail-panel.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Facts, Section } from '../../ui/facts.tsx'
import { Form } from '../../ui/form.tsx'
import { RelativeTime } from '../../ui/relative-time.tsx'
import { Subject } from '../../ui/subject.tsx'
import { useAct } from '../../ui/use-act.ts'
import { useMay } from '../../ui/use-may.ts'
import { ClientFields } from './client-fields.tsx'
import { ClientSecrets } from './client-secrets.tsx'

interface ClientPanelProps {
  readonly app: string
  readonly client: OAuthClient
  readonly onClose: () => void
}

export function ClientPanel({ app, client, onClose }: ClientPanelProps): ReactElement {
  const [editing, setEditing] = useState(false)
  const may = useMay(app)
  return (
    <DetailPanel title={client.client_name ?? client.client_id} subtitle="OAuth client" onClose={onClose}>
      <PanelBody>
        <Facts
          items={[
            ['Client id', <CopyId key="id" id={client.client_id} />],
            [
              'State',
              client.disabled ? (
                <Status key="state" tone="refused">
                  disabled
                </Status>
              ) : (
                <Status key="state" tone="good">
                  active
                </Status>
              ),
            ],
            ['Kind', client.preset],
            ['Registered', <RelativeTime key="made" at={client.createdAt} />],
            ...(client.origin === 'dynamic' ? ([['By', 'itself, with a registration token']] as const) : []),
            ...(client.service === null
              ? []
              : ([
                  [
                    'Acts as',
                    <Subject key="service" uid={{ type: 'Service', id: client.service }} name={client.client_name} />,
                  ],
                ] as const)),
          ]}
        />
      </PanelBody>
      <Section
        title="Metadata"
        aside={
          may('updateClient') && !editing ? <TextButton onClick={() => setEditing(true)}>Edit</TextButton> : undefined
        }
      >
        {editing ? (
          <EditClient app={app} client={client} onDone={() => setEditing(false)} />
        ) : (
          <Metadata client={client} />
        )}
      </Section>
      {client.token_endpoint_auth_method?.startsWith('client_secret') === true ? (
        <ClientSecrets app={app} client={client} />
      ) : null}
      <Steer app={app} client={client} onDeleted={onClose} />
    </DetailPanel>
  )
}

function Metadata({ client }: { client: OAuthClient }): ReactElement {
  return (
    <Facts
      items={[
        ['Comes back to', <Uris key="redirect" items={client.redirect_uris} />],
        ['After sign-out', <Uris key="logout" items={client.post_logout_redirect_uris} />],
        [
          'Told of logouts',
          client.backchannel_logout_uri === undefined ? 'no' : <CopyId key="bc" id={client.backchannel_logout_uri} />,
        ],
        ['Grants', <Tags key="grants" items={(client.grant_types ?? []).map(shortGrant)} />],
        ['Proves itself', client.token_endpoint_auth_method ?? 'client_secret_basic'],
        ['Id tokens', client.id_token_signed_response_alg ?? 'ES256'],
        ['Tokens bound', boundBy(client)],
        ['Consent', client.consent === 'ask' ? 'asked of each person' : 'not asked'],
        ['Must show', (client.default_acr_values ?? []).join(', ') || 'what the rules say'],
        [
          'Resources',
          <Uris
            key="resources"
            items={(client.resources ?? []).map(({ identifier }) => identifier)}
            none="its own only"
          />,
        ],
      ]}
    />
  )
}

function EditClient({ app, client, onDone }: { app: string; client: OAuthClient; onDone: () => void }): ReactElement {
  const [before] = useState(() => draftOf(client))
  const [draft, setDraft] = useState(before)
  const change = useAct(async () => await clients.change(app, client.client_id, changeOf(draft, before)), {
    done: () => `${draft.name} saved`,
    refresh: [['clients', app]],
    after: onDone,
  })
  return (
    <Form act={change} submit="Save" onCancel={onDone}>
      <ClientFields draft={draft} onDraft={setDraft} error={change.error} fixedPreset />
    </Form>
  )
}

interface SteerProps {
  readonly app: string
  readonly client: OAuthClient
  readonly onDeleted: () => void
}

function Steer({ app, client, onDeleted }: SteerProps): ReactElement | null {
  const may = useMay(app)
  const name = client.client_name ?? client.client_id
  const refresh = [['clients', app], ['services']]
  const change = useAct(async (disabled: boolean) => await clients.change(app, client.client_id, { disabled }), {
    done: ({ disabled }) => `${name} ${disabled ? 'disabled' : 'enabled'}`,
    refresh,
  })
  const remove = useAct(async () => await clients.remove(app, client.client_id), {
    done: () => `${name} deleted`,
    refresh,
    leave: onDeleted,
  })
  if (!may('updateClient')) return null
  return (
    <Section title="Access">
      <div className="flex flex-wrap gap-2">
        {client.disabled ? (
          <Button busy={change.isPending} onClick={() => change.mutate(false)}>
            Enable
          </Button>
        ) : (
          <ConfirmInline
            label="Disable"
            busy={change.isPending}
            consequence={`${name} gets no more tokens, and those that it holds are refused within seconds. You can enable it again.`}
            confirm={`Disable ${name}`}
            onConfirm={() => change.mutate(true)}
          />
        )}
        {may('deleteClient') ? (
          <ConfirmInline
            label="Delete"
            busy={remove.isPending}
            consequence={`${name} ends now, with its secrets, its grants and all its tokens; nobody can sign in by it. This cannot be undone.`}
            confirm={`Delete ${name}`}
            onConfirm={() => remove.mutate()}
          />
        ) : null}
      </div>
      <div className="mt-2 empty:hidden">
        <ErrorNote error={change.error ?? remove.error} />
      </div>
    </Section>
  )
}

function Uris({ items = [], none = 'none' }: { items?: readonly string[] | undefined; none?: string }): ReactElement {
  if (items.length === 0) return <span className="text-muted">{none}</span>
  return (
    <ul>
      {items.map((item) => (
        <li key={item}>
          <CopyId id={item} />
        </li>
      ))}
    </ul>
  )
}

function shortGrant(grant: string): string {
  return grant.replace(/^urn:ietf:params:oauth:grant-type:/u, '').replaceAll('_', ' ')
}

function boundBy(client: OAuthClient): string {
  if (client.tls_client_certificate_bound_access_tokens === true) return 'to its TLS certificate'
  return client.dpop_bound_access_tokens === true ? 'to its key (DPoP)' : 'no: bearer, unless it sends a DPoP proof'
}
