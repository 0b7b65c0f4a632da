import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { api } from '../../api/index.ts'
import { meQuery, personQuery } from '../../api/queries.ts'
import type { Person } from '../../api/types.ts'
import { uidText } from '../../lib/uid.ts'
import { Button } from '../../ui/button.tsx'
import { ConfirmInline } from '../../ui/confirm-inline.tsx'
import { CopyId } from '../../ui/copy.tsx'
import { DetailPanel, PanelBody } from '../../ui/detail-panel.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Facts, Section } from '../../ui/facts.tsx'
import { Answer } from '../../ui/loading.tsx'
import { RelativeTime } from '../../ui/relative-time.tsx'
import { useToast } from '../../ui/toast.tsx'
import { useMayHere } from '../../ui/use-may.ts'
import { PersonState } from './person-state.tsx'
import { GroupsSection } from './groups-section.tsx'
import { PersonSessions } from './person-sessions.tsx'
import { PersonDemand } from './person-demand.tsx'
import { PersonEmail } from './person-email.tsx'
import { PersonFactors } from './person-factors.tsx'
import { PersonClients, PersonIdentities } from './person-links.tsx'
import { ResetPassword, SetPassword } from './set-password.tsx'

interface PersonPanelProps {
  readonly id: string
  readonly onClose: () => void
}

export function PersonPanel({ id, onClose }: PersonPanelProps): ReactElement {
  const person = useQuery(personQuery(id))
  return (
    <DetailPanel title={person.data?.name ?? 'Person'} subtitle={person.data?.email} onClose={onClose}>
      <Answer query={person}>{(found) => <PersonDetails person={found} onDeleted={onClose} />}</Answer>
    </DetailPanel>
  )
}

function PersonDetails({ person, onDeleted }: { person: Person; onDeleted: () => void }): ReactElement {
  const queries = useQueryClient()
  const toast = useToast()
  const me = useQuery(meQuery)
  const isMe = me.data?.principal.id === person.id
  const operates = useMayHere()('createPerson')
  const refresh = async () => {
    await Promise.all([
      queries.invalidateQueries({ queryKey: ['people'] }),
      queries.invalidateQueries({ queryKey: ['sessions'] }),
      queries.invalidateQueries({ queryKey: ['groups'] }),
    ])
  }
  const change = useMutation({
    mutationFn: async (state: Person['state']) => await api.changePerson(person.id, { state }),
    onSuccess: async (changed) => {
      toast(`${changed.name} ${changed.state === 'active' ? 'enabled' : 'disabled'}`)
      await refresh()
    },
  })
  const remove = useMutation({
    mutationFn: async () => await api.deletePerson(person.id),
    onSuccess: async () => {
      toast(`${person.name} deleted`)
      onDeleted()
      // Not the person: asking for them again would only say that they are gone.
      await Promise.all([
        queries.invalidateQueries({ queryKey: ['people', 'list'] }),
        queries.invalidateQueries({ queryKey: ['sessions'] }),
        queries.invalidateQueries({ queryKey: ['groups'] }),
      ])
    },
  })

  return (
    <>
      <PanelBody>
        <Facts
          items={[
            ['State', <PersonState key="state" person={person} />],
            ['Id', <CopyId key="id" id={person.id} />],
            [
              'Source',
              person.source === 'scim'
                ? `provisioned by SCIM${person.externalId === null ? '' : `, ${person.externalId}`}`
                : 'this directory',
            ],
            ['Password', person.hasPassword ? 'set' : 'not set'],
            ['Last sign-in', <RelativeTime key="seen" at={person.lastSignInAt} />],
            ['Added', <RelativeTime key="added" at={person.createdAt} />],
          ]}
        />
        <p className="flex flex-wrap gap-x-4 gap-y-1">
          <Link
            to="/permissions/who-can/{-$app}"
            params={{ app: undefined }}
            search={{ ask: 'what', principal: uidText({ type: 'Person', id: person.id }) }}
            className="text-accent hover:underline"
          >
            What they can do
          </Link>
          <Link
            to="/permissions/grants/{-$app}/{-$id}"
            params={{ app: undefined, id: undefined }}
            search={{ principal: uidText({ type: 'Person', id: person.id }) }}
            className="text-accent hover:underline"
          >
            What they were given
          </Link>
          <Link
            to="/events/{-$id}"
            params={{ id: undefined }}
            search={{ actor: person.id }}
            className="text-accent hover:underline"
          >
            What they did
          </Link>
        </p>
      </PanelBody>
      <PersonEmail person={person} operates={operates} />
      <GroupsSection
        title="Groups"
        groups={person.groups}
        none="In no group: only policies for everybody apply."
        save={async (groups) => {
          await api.changePerson(person.id, { groups })
          toast(`Groups of ${person.name} saved`)
          await refresh()
        }}
      />
      {isMe ? <SetPassword person={person} onDone={refresh} /> : operates ? <ResetPassword person={person} /> : null}
      <PersonFactors person={person} own={isMe} operates={operates} />
      <PersonIdentities person={person} operates={operates} />
      <PersonSessions person={person} />
      <PersonDemand person={person} operates={operates} />
      <PersonClients person={person} operates={operates} />
      <Section title="Access">
        <div className="flex flex-wrap gap-2">
          {person.state === 'disabled' ? (
            <Button busy={change.isPending} onClick={() => change.mutate('active')}>
              Enable
            </Button>
          ) : (
            <ConfirmInline
              label="Disable"
              disabled={isMe}
              busy={change.isPending}
              consequence={`${person.name} can no longer sign in, and all their sessions end now. You can enable them again.`}
              confirm={`Disable ${person.name}`}
              onConfirm={() => change.mutate('disabled')}
            />
          )}
          <ConfirmInline
            label="Delete"
            disabled={isMe}
            busy={remove.isPending}
            consequence={`${person.name} (${person.email}) leaves the directory and all their sessions end now. This cannot be undone. What the log says of them stays until they are erased there too (Ledger, Erasure), by their id ${person.id}.`}
            confirm={`Delete ${person.name}`}
            onConfirm={() => remove.mutate()}
          />
        </div>
        {isMe ? (
          <p className="mt-2 text-xs text-muted">This is you: another operator must disable or delete you.</p>
        ) : null}
        <div className="mt-2 empty:hidden">
          <ErrorNote error={remove.error ?? change.error} />
        </div>
      </Section>
    </>
  )
}
