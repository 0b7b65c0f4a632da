import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { personal } from '../../api/identity.ts'
import type { Person } from '../../api/types.ts'
import { Tags } from '../../ui/badge.tsx'
import { ConfirmInline } from '../../ui/confirm-inline.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Section } from '../../ui/facts.tsx'
import { Answer } from '../../ui/loading.tsx'
import { RelativeTime } from '../../ui/relative-time.tsx'
import { useAct } from '../../ui/use-act.ts'

interface PersonLinksProps {
  readonly person: Person
  readonly operates: boolean
}

const ROW = 'flex flex-wrap items-center justify-between gap-2 border-b border-line py-1.5'

/** The accounts at other providers by which a person may sign in. */
export function PersonIdentities({ person, operates }: PersonLinksProps): ReactElement {
  const identities = useQuery({
    queryKey: ['people', 'identities', person.id],
    queryFn: async () => await personal.identities(person.id),
  })
  const unlink = useAct(async (id: string) => await personal.unlink(person.id, id), {
    done: () => `Account unlinked from ${person.name}`,
    refresh: [['people', 'identities']],
  })
  return (
    <Section title="Linked accounts">
      <Answer query={identities}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="text-muted">None: signs in here only.</p>
          ) : (
            <ul className="flex flex-col">
              {items.map((identity) => (
                <li key={identity.id} className={ROW}>
                  <div className="min-w-0">
                    <p className="break-words">
                      <span className="font-medium">{identity.connection.name}</span> {identity.label}
                    </p>
                    <p className="text-xs text-muted">
                      linked <RelativeTime at={identity.linkedAt} />, used <RelativeTime at={identity.lastUsedAt} />
                    </p>
                  </div>
                  {operates ? (
                    <ConfirmInline
                      label="Unlink"
                      busy={unlink.isPending}
                      consequence={`${person.name} can no longer sign in by ${identity.connection.name}${person.hasPassword ? '' : ', and has no password here'}.`}
                      confirm="Unlink account"
                      onConfirm={() => unlink.mutate(identity.id)}
                    />
                  ) : null}
                </li>
              ))}
            </ul>
          )
        }
      </Answer>
      <ErrorNote error={unlink.error} />
    </Section>
  )
}

/** The OAuth clients that act for a person, and what they were let do. */
export function PersonClients({ person, operates }: PersonLinksProps): ReactElement {
  const clients = useQuery({
    queryKey: ['people', 'clients', person.id],
    queryFn: async () => await personal.clients(person.id),
  })
  const withdraw = useAct(async (id: string) => await personal.withdraw(person.id, id), {
    done: () => `Access for ${person.name} withdrawn`,
    refresh: [['people', 'clients']],
  })
  return (
    <Section title="Connected applications">
      <Answer query={clients}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="text-muted">No client holds a token for them.</p>
          ) : (
            <ul className="flex flex-col">
              {items.map((client) => (
                <li key={client.client} className={ROW}>
                  <div className="flex min-w-0 flex-col gap-0.5">
                    <Link
                      to="/applications/$app/clients/{-$id}"
                      params={{ app: client.application, id: client.client }}
                      className="font-medium break-words text-accent hover:underline"
                    >
                      {client.name}
                    </Link>
                    <Tags items={client.scopes} />
                    <p className="text-xs text-muted">
                      last <RelativeTime at={client.lastAuthorizedAt} />
                      {client.offline ? ', also while they are away' : ''}
                    </p>
                  </div>
                  {operates ? (
                    <ConfirmInline
                      label="Revoke"
                      busy={withdraw.isPending}
                      consequence={`${client.name} loses every token that it holds for ${person.name}, within seconds. It may ask again.`}
                      confirm="Revoke access"
                      onConfirm={() => withdraw.mutate(client.client)}
                    />
                  ) : null}
                </li>
              ))}
            </ul>
          )
        }
      </Answer>
      <ErrorNote error={withdraw.error} />
    </Section>
  )
}
