import { type ReactElement, useState } from 'react'
import { signIn } from '../../api/identity.ts'
import type { Connection } from '../../api/types.ts'
import { connectionChangeOf, draftOfConnection, providerName } from '../../lib/connection-draft.ts'
import { count } from '../../lib/words.ts'
import { Status, Tags } from '../../ui/badge.tsx'
import { Button, TextButton } from '../../ui/button.tsx'
import { ConfirmInline } from '../../ui/confirm-inline.tsx'
import { CopyId } from '../../ui/copy.tsx'
import { DetailPanel, PanelBody } from '../../ui/detail-panel.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Facts, Section } from '../../ui/facts.tsx'
import { Form } from '../../ui/form.tsx'
import { Notice } from '../../ui/notice.tsx'
import { RelativeTime } from '../../ui/relative-time.tsx'
import { TypedConfirm } from '../../ui/typed-confirm.tsx'
import { useAct } from '../../ui/use-act.ts'
import { useMayHere } from '../../ui/use-may.ts'
import { ConnectionFields } from './connection-fields.tsx'

interface ConnectionPanelProps {
  readonly connection: Connection
  readonly onClose: () => void
}

export function ConnectionPanel({ connection, onClose }: ConnectionPanelProps): ReactElement {
  const [editing, setEditing] = useState(false)
  const may = useMayHere()('createConnection')
  return (
    <DetailPanel title={connection.name} subtitle={providerName(connection.preset)} onClose={onClose}>
      <PanelBody>
        <Facts
          items={[
            [
              'State',
              connection.enabled ? (
                <Status key="state" tone="good">
                  on
                </Status>
              ) : (
                <Status key="state" tone="quiet">
                  off
                </Status>
              ),
            ],
            ['Id', <CopyId key="id" id={connection.id} />],
            ['Issuer', <CopyId key="issuer" id={connection.issuer} />],
            ['Redirect URI', <CopyId key="redirect" id={connection.redirectUri} />],
            ['Linked', count(connection.linked, 'account')],
            ['Changed', <RelativeTime key="changed" at={connection.updatedAt} />],
          ]}
        />
        {may ? <TestConnection connection={connection} /> : null}
      </PanelBody>
      <Section
        title="Settings"
        aside={may && !editing ? <TextButton onClick={() => setEditing(true)}>Edit</TextButton> : undefined}
      >
        {editing ? (
          <EditConnection connection={connection} onDone={() => setEditing(false)} />
        ) : (
          <Settings connection={connection} />
        )}
      </Section>
      {may ? <Steer connection={connection} onDeleted={onClose} /> : null}
    </DetailPanel>
  )
}

function Settings({ connection }: { connection: Connection }): ReactElement {
  return (
    <Facts
      items={[
        ['Client id', <CopyId key="client" id={connection.clientId} />],
        ['Secret', connection.hasSecret ? 'kept encrypted, never shown' : 'none: a public client'],
        ['Button', connection.button ? 'shown to everybody' : 'hidden: by e-mail domain only'],
        ['Domains', connection.domains.join(', ') || 'any'],
        ['New people', connection.signUp ? 'get an account' : 'are refused'],
        ...(connection.signUp ? ([['In groups', <Tags key="groups" items={connection.signUpGroups} />]] as const) : []),
        ['Addresses', connection.trustEmail ? 'of its domains are believed' : 'only verified ones are believed'],
        ['Names', connection.updateName ? 'follow the provider' : 'stay as they are here'],
        ['Second factor', connection.secondFactor.join(', ') || 'asked here'],
        ...(connection.groups === undefined
          ? []
          : ([
              [
                'Groups by claim',
                <span key="map" className="font-mono text-xs">
                  {connection.groups.claim}: {Object.keys(connection.groups.map).length}
                </span>,
              ],
            ] as const)),
      ]}
    />
  )
}

function TestConnection({ connection }: { connection: Connection }): ReactElement {
  const test = useAct(async () => await signIn.testConnection(connection.id), { refresh: [] })
  return (
    <div className="flex flex-col items-start gap-2">
      <Button busy={test.isPending} onClick={() => test.mutate()}>
        Test
      </Button>
      {test.data === undefined ? null : test.data.works ? (
        <Notice>The provider answers, and its metadata and keys can be read.</Notice>
      ) : (
        <Notice tone="bad">{test.data.problem ?? 'The provider cannot be used.'}</Notice>
      )}
      <ErrorNote error={test.error} />
    </div>
  )
}

function EditConnection({ connection, onDone }: { connection: Connection; onDone: () => void }): ReactElement {
  const [before] = useState(() => draftOfConnection(connection))
  const [draft, setDraft] = useState(before)
  const change = useAct(async () => await signIn.changeConnection(connection.id, connectionChangeOf(draft, before)), {
    done: ({ name }) => `${name} saved`,
    refresh: [['connections']],
    after: onDone,
  })
  return (
    <Form act={change} submit="Save" onCancel={onDone}>
      <ConnectionFields draft={draft} onDraft={setDraft} error={change.error} existing={connection} />
    </Form>
  )
}

function Steer({ connection, onDeleted }: { connection: Connection; onDeleted: () => void }): ReactElement {
  const { id, name, linked } = connection
  const change = useAct(async (enabled: boolean) => await signIn.changeConnection(id, { enabled }), {
    done: (changed) => `${name} is ${changed.enabled ? 'on' : 'off'}`,
    refresh: [['connections']],
  })
  const remove = useAct(async () => await signIn.deleteConnection(id), {
    done: () => `${name} deleted`,
    refresh: [['connections'], ['people']],
    leave: onDeleted,
  })
  const people = count(linked, 'linked account')
  return (
    <Section title="Access">
      <div className="flex flex-wrap gap-2">
        {connection.enabled ? (
          <ConfirmInline
            label="Turn off"
            busy={change.isPending}
            consequence={`Nobody signs in by ${name} any more; ${people} ${linked === 1 ? 'stays' : 'stay'} linked. Sessions that came by it go on.`}
            confirm={`Turn ${name} off`}
            onConfirm={() => change.mutate(false)}
          />
        ) : (
          <Button busy={change.isPending} onClick={() => change.mutate(true)}>
            Turn on
          </Button>
        )}
        <TypedConfirm
          label="Delete"
          consequence={`${name} goes, and ${people} with it: people who have no other way to sign in cannot come in any more. This cannot be undone.`}
          word={id}
          confirm={`Delete ${name} and ${people}`}
          busy={remove.isPending}
          onConfirm={() => remove.mutate()}
        />
      </div>
      <div className="mt-2 empty:hidden">
        <ErrorNote error={change.error ?? remove.error} />
      </div>
    </Section>
  )
}
