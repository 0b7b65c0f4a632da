import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { personal } from '../../api/identity.ts'
import type { Session } from '../../api/types.ts'
import { isBelow, order } from '../../lib/assurance.ts'
import { deviceOf } from '../../lib/words.ts'
import { Assurance } from '../../ui/assurance.tsx'
import { CopyId } from '../../ui/copy.tsx'
import { DetailPanel, PanelBody } from '../../ui/detail-panel.tsx'
import { Facts, Section } from '../../ui/facts.tsx'
import { Loading } from '../../ui/loading.tsx'
import { RelativeTime } from '../../ui/relative-time.tsx'
import { useMayHere } from '../../ui/use-may.ts'
import { RequireMore } from './require-more.tsx'
import { RevokeOne } from './revoke.tsx'

interface SessionPanelProps {
  readonly session: Session | undefined
  readonly loading: boolean
  readonly onClose: () => void
}

export function SessionPanel({ session, loading, onClose }: SessionPanelProps): ReactElement {
  const may = useMayHere()
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
            ['Place', session.place ?? 'unknown'],
            ['Device', deviceOf(session)],
            ['Has shown', <Assurance key="acr" acr={session.acr} amr={session.amr} required={session.requiredAcr} />],
            ['Shown', <RelativeTime key="shown" at={session.authenticatedAt} />],
            ['Limits', `preset ${session.preset}`],
            [
              'User agent',
              <span key="agent" className="text-xs wrap-anywhere text-muted">
                {session.userAgent ?? 'none sent'}
              </span>,
            ],
          ]}
        />
      </PanelBody>
      {may('createPerson') ? (
        <Section title="Require more">
          <RequireMore
            what="This session counts as signed out until it has shown more; the others of the person stay as they are."
            require={async (body) => await personal.requireOfSession(session.id, body)}
            refresh={[['sessions']]}
            levels={order.filter((level) => level !== 'aal1' && isBelow(session.acr, level))}
          />
          {session.acr === 'phr' ? <p className="text-muted">It has shown the most that there is.</p> : null}
        </Section>
      ) : null}
      <Section title="End it">
        <RevokeOne session={session} />
      </Section>
    </DetailPanel>
  )
}
