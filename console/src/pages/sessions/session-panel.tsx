import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import type { Session } from '../../api/types.ts'
import { browserOf } from '../../lib/words.ts'
import { CopyId } from '../../ui/copy.tsx'
import { DetailPanel, PanelBody } from '../../ui/detail-panel.tsx'
import { Facts, Section } from '../../ui/facts.tsx'
import { Loading } from '../../ui/loading.tsx'
import { RelativeTime } from '../../ui/relative-time.tsx'
import { RevokeOne } from './revoke.tsx'

interface SessionPanelProps {
  readonly session: Session | undefined
  readonly loading: boolean
  readonly onClose: () => void
}

export function SessionPanel({ session, loading, onClose }: SessionPanelProps): ReactElement {
  if (session === undefined) {
    return (
      <DetailPanel title="Session" onClose={onClose}>
        {loading ? <Loading /> : <p className="p-4 text-muted">This session has ended.</p>}
      </DetailPanel>
    )
  }
  return (
    <DetailPanel
      title={session.kind === 'sign-in' ? 'Sign-in' : `Session at ${session.application ?? 'an application'}`}
      subtitle={session.person.name}
      onClose={onClose}
    >
      <PanelBody>
        <Facts
          items={[
            [
              'Person',
              <Link
                key="person"
                to="/people/{-$id}"
                params={{ id: session.person.id }}
                className="text-accent hover:underline"
              >
                {session.person.name}
              </Link>,
            ],
            ['Email', session.person.email],
            ['Session', <CopyId key="id" id={session.id} />],
            ['Started', <RelativeTime key="started" at={session.startedAt} />],
            ['Last seen', <RelativeTime key="seen" at={session.lastSeenAt} />],
            ['Expires', <RelativeTime key="expires" at={session.expiresAt} />],
            ['Address', session.address === null ? 'unknown' : <CopyId key="address" id={session.address} />],
            ['Client', browserOf(session.userAgent)],
            [
              'User agent',
              <span key="agent" className="text-xs wrap-anywhere text-muted">
                {session.userAgent ?? 'none sent'}
              </span>,
            ],
          ]}
        />
      </PanelBody>
      <Section title="End it">
        <RevokeOne session={session} />
      </Section>
    </DetailPanel>
  )
}
