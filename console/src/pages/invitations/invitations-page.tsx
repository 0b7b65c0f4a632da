import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { invitationsQuery } from '../../api/identity-queries.ts'
import type { Invitation } from '../../api/types.ts'
import { Tags } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { timeColumn } from '../../ui/columns.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { LoadMore } from '../../ui/load-more.tsx'
import { Answer } from '../../ui/loading.tsx'
import { Page } from '../../ui/page.tsx'
import { RelativeTime } from '../../ui/relative-time.tsx'
import { type Column, DataTable } from '../../ui/table.tsx'
import { useMayHere } from '../../ui/use-may.ts'
import { PeopleTabs } from '../people/people-tabs.tsx'
import { InvitationPanel } from './invitation-panel.tsx'
import { InvitationState } from './invitation-state.tsx'
import { Invite } from './invite.tsx'

const route = getRouteApi('/invitations/{-$id}')

const columns: readonly Column<Invitation>[] = [
  {
    id: 'email',
    header: 'E-mail',
    value: (invitation) => invitation.email,
    cell: (invitation) => <span className="font-medium wrap-anywhere">{invitation.email}</span>,
  },
  { id: 'groups', header: 'Groups', cell: (invitation) => <Tags items={invitation.groups} />, from: 'md' },
  {
    id: 'state',
    header: 'State',
    value: (invitation) => invitation.state,
    cell: (invitation) => <InvitationState state={invitation.state} />,
  },
  timeColumn('sent', 'Sent', (invitation) => invitation.sentAt, 'sm'),
  {
    id: 'expires',
    header: 'Expires',
    value: (invitation) => invitation.expiresAt,
    cell: (invitation) =>
      invitation.state === 'open' ? <RelativeTime at={invitation.expiresAt} /> : <span className="text-muted">–</span>,
    align: 'right',
    from: 'md',
  },
]

export function InvitationsPage(): ReactElement {
  const { id } = route.useParams()
  const navigate = route.useNavigate()
  const may = useMayHere()
  const invitations = useInfiniteQuery(invitationsQuery)
  const open = (next: string | undefined) => void navigate({ params: { id: next } })
  const rows = invitations.data?.pages.flatMap((page) => page.items) ?? []

  return (
    <Page
      title="Invitations"
      tabs={<PeopleTabs />}
      actions={
        may('createInvitation') ? (
          <Button look="primary" icon="plus" onClick={() => open('new')}>
            Invite
          </Button>
        ) : undefined
      }
      panel={
        id === undefined ? null : id === 'new' ? (
          <Invite onClose={() => open(undefined)} onInvited={open} />
        ) : (
          <InvitationPanel
            key={id}
            invitation={rows.find((each) => each.id === id)}
            loading={invitations.isPending}
            onClose={() => open(undefined)}
          />
        )
      }
    >
      <Answer query={invitations}>
        {() =>
          rows.length === 0 ? (
            <EmptyState
              title="Nobody was invited yet"
              command="npx holdfast identity invitations create ben@example.com --group support"
            >
              Whoever is invited gets a letter with a link, chooses a passkey or a password by themselves, and has shown
              that the address is theirs. Invite above, or on the command line:
            </EmptyState>
          ) : (
            <DataTable
              label="Invitations"
              columns={columns}
              rows={rows}
              rowId={(invitation) => invitation.id}
              selected={id}
              onOpen={(invitation) => open(invitation.id)}
              footer={<LoadMore {...invitations} shown={rows.length} what={['invitation', 'invitations']} />}
            />
          )
        }
      </Answer>
    </Page>
  )
}
