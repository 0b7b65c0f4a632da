import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { invitations } from '../../api/identity.ts'
import { meQuery } from '../../api/queries.ts'
import type { Invitation } from '../../api/types.ts'
import { Tags } from '../../ui/badge.tsx'
import { Button, buttonClass } from '../../ui/button.tsx'
import { ConfirmInline } from '../../ui/confirm-inline.tsx'
import { CopyId } from '../../ui/copy.tsx'
import { DetailPanel, NotThere, PanelBody } from '../../ui/detail-panel.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Facts, Section } from '../../ui/facts.tsx'
import { RelativeTime } from '../../ui/relative-time.tsx'
import { Subject } from '../../ui/subject.tsx'
import { useAct } from '../../ui/use-act.ts'
import { InvitationState } from './invitation-state.tsx'

interface InvitationPanelProps {
  readonly invitation: Invitation | undefined
  readonly loading: boolean
  readonly onClose: () => void
}

export function InvitationPanel({ invitation, loading, onClose }: InvitationPanelProps): ReactElement {
  if (invitation === undefined) return <NotThere one="invitation" loading={loading} onClose={onClose} />
  const { person } = invitation
  return (
    <DetailPanel title={invitation.email} subtitle="Invitation" onClose={onClose}>
      <PanelBody>
        <Facts
          items={[
            ['State', <InvitationState key="state" state={invitation.state} />],
            ['Groups', <Tags key="groups" items={invitation.groups} />],
            ['Application', invitation.application ?? 'none: the console or the account page'],
            ['Invited by', <Subject key="inviter" uid={invitation.inviter} />],
            [
              'Became',
              person === null ? (
                <span className="text-muted">nobody yet</span>
              ) : (
                <Subject key="person" uid={{ type: 'Person', id: person }} />
              ),
            ],
            ['First sent', <RelativeTime key="made" at={invitation.createdAt} />],
            ['Last sent', <RelativeTime key="sent" at={invitation.sentAt} />],
            ['Expires', <RelativeTime key="expires" at={invitation.expiresAt} />],
            ['Id', <CopyId key="id" id={invitation.id} />],
          ]}
        />
      </PanelBody>
      <Steer invitation={invitation} />
    </DetailPanel>
  )
}

function Steer({ invitation }: { invitation: Invitation }): ReactElement | null {
  const me = useQuery(meQuery)
  const may = (action: string) => me.data?.actions.includes(action) === true
  const refresh = [['invitations'], ['mail']]
  const resend = useAct(async () => await invitations.resend(invitation.id), {
    done: () => `A new link was mailed to ${invitation.email}`,
    refresh,
  })
  const revoke = useAct(async () => await invitations.revoke(invitation.id), {
    done: () => `Invitation of ${invitation.email} taken back`,
    refresh,
  })
  const open = invitation.state === 'open'
  if (!open && invitation.state !== 'expired') return null
  return (
    <Section title="Letter">
      <div className="flex flex-col gap-3">
        <p className="text-muted">
          The link stands in the letter and nowhere else. Sending it again makes a new link; the old one stops working.
        </p>
        <div className="flex flex-wrap gap-2">
          {may('createInvitation') ? (
            <Button busy={resend.isPending} onClick={() => resend.mutate()}>
              Send again
            </Button>
          ) : null}
          {me.data?.installation.development === true && may('readMailbox') ? (
            <Link to="/sign-in/mail" search={{ view: 'mailbox', to: invitation.email }} className={buttonClass()}>
              Open in the mailbox
            </Link>
          ) : null}
          {open && may('revokeInvitation') ? (
            <ConfirmInline
              label="Take back"
              busy={revoke.isPending}
              consequence={`The link that ${invitation.email} was mailed works no longer. You can invite them anew.`}
              confirm="Take the invitation back"
              onConfirm={() => revoke.mutate()}
            />
          ) : null}
        </div>
        <ErrorNote error={resend.error ?? revoke.error} />
      </div>
    </Section>
  )
}
