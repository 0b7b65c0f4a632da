import type { ReactElement } from 'react'
import { ledger } from '../../api/ledger.ts'
import type { Hold } from '../../api/types.ts'
import { describeHold } from '../../lib/holds.ts'
import { Status } from '../../ui/badge.tsx'
import { ConfirmInline } from '../../ui/confirm-inline.tsx'
import { CopyId } from '../../ui/copy.tsx'
import { DetailPanel, PanelBody } from '../../ui/detail-panel.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Facts, Section } from '../../ui/facts.tsx'
import { RelativeTime } from '../../ui/relative-time.tsx'
import { Somebody } from '../../ui/somebody.tsx'
import { useAct } from '../../ui/use-act.ts'

export function HoldPanel({ hold, onClose }: { hold: Hold; onClose: () => void }): ReactElement {
  const release = useAct(async () => await ledger.releaseHold(hold.id), {
    done: () => 'Hold released',
    refresh: [['ledger', 'holds']],
  })
  const inForce = hold.releasedAt === null
  return (
    <DetailPanel
      title={hold.reason ?? 'Legal hold'}
      subtitle={inForce ? <Status tone="good">In force</Status> : <Status tone="quiet">Released</Status>}
      onClose={onClose}
    >
      <PanelBody>
        <p className="break-words">{describeHold(hold)}</p>
        <Facts
          items={[
            ...(hold.subject === null ? [] : [['Subject', <Somebody key="subject" uid={hold.subject} />] as const]),
            ['Id', <CopyId key="id" id={hold.id} />],
            ['Placed', <RelativeTime key="placed" at={hold.placedAt} />],
            ['Placed by', <Somebody key="by" uid={hold.placedBy} />],
            ...(inForce
              ? []
              : [
                  ['Released', <RelativeTime key="released" at={hold.releasedAt} />] as const,
                  ['Released by', <Somebody key="releaser" uid={hold.releasedBy} />] as const,
                ]),
          ]}
        />
      </PanelBody>
      {inForce ? (
        <Section title="Release">
          <ConfirmInline
            label="Release"
            busy={release.isPending}
            consequence={`${describeHold(hold)} Without the hold they go when their time is over, at the earliest with the next run, and the person may be erased. A released hold is not placed again; another one can be.`}
            confirm="Release the hold"
            onConfirm={() => release.mutate()}
          />
          <div className="mt-2 empty:hidden">
            <ErrorNote error={release.error} />
          </div>
        </Section>
      ) : null}
    </DetailPanel>
  )
}
