import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import { access } from '../../api/access.ts'
import type { Grant } from '../../api/types.ts'
import { fromLocal } from '../../lib/time.ts'
import { uidText } from '../../lib/uid.ts'
import { ConfirmInline } from '../../ui/confirm-inline.tsx'
import { CopyId } from '../../ui/copy.tsx'
import { DetailPanel, PanelBody } from '../../ui/detail-panel.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Facts, Section } from '../../ui/facts.tsx'
import { Field, Input } from '../../ui/input.tsx'
import { Answer } from '../../ui/loading.tsx'
import { RelativeTime } from '../../ui/relative-time.tsx'
import { Subject } from '../../ui/subject.tsx'
import { useAct } from '../../ui/use-act.ts'
import { useMay } from '../../ui/use-may.ts'
import { GrantState, GrantWhat, sources } from './grant-words.tsx'

interface GrantPanelProps {
  readonly application: string
  readonly id: string
  readonly onClose: () => void
}

export function GrantPanel({ application, id, onClose }: GrantPanelProps): ReactElement {
  const found = useQuery({
    queryKey: ['access', application, 'grant', id],
    queryFn: async () => await access.grant(application, id),
  })
  const may = useMay(application)
  const latest = latestOf(found.data?.versions)
  return (
    <DetailPanel
      title={latest === undefined ? 'Grant' : <GrantWhat grant={latest} />}
      subtitle={latest === undefined ? undefined : <GrantState grant={latest} />}
      onClose={onClose}
    >
      <Answer query={found}>
        {({ versions }) =>
          latest === undefined ? null : (
            <>
              <GrantFacts application={application} grant={latest} />
              {isOver(latest) || !may('grantAccess') ? null : <EndGrant application={application} grant={latest} />}
              <Section title="What was said of it, and when">
                <ol className="flex flex-col gap-3">
                  {versions
                    .toSorted((a, b) => b.version - a.version)
                    .map((version) => (
                      <li key={version.version}>
                        <GrantVersion grant={version} />
                      </li>
                    ))}
                </ol>
              </Section>
            </>
          )
        }
      </Answer>
    </DetailPanel>
  )
}

function GrantFacts({ application, grant }: { application: string; grant: Grant }): ReactElement {
  return (
    <PanelBody>
      <Facts
        items={[
          ['Who', <Subject key="who" uid={grant.principal} />],
          ['From', <RelativeTime key="from" at={grant.validFrom} />],
          ['Until', <RelativeTime key="to" at={grant.validTo} never="no end" />],
          ['Why', grant.reason ?? 'not readable any more'],
          ['How', sources[grant.source]],
          ['By', grant.recordedBy === null ? 'Holdfast itself' : <Subject key="by" uid={grant.recordedBy} />],
          ['Id', <CopyId key="id" id={grant.id} />],
        ]}
      />
      <p className="flex flex-wrap gap-x-4 gap-y-1">
        <Link
          to="/permissions/who-can/{-$app}"
          params={{ app: application }}
          search={{ ask: 'what', principal: uidText(grant.principal) }}
          className="text-accent hover:underline"
        >
          What they can do
        </Link>
        <Link
          to="/permissions/grants/{-$app}/{-$id}"
          params={{ app: application, id: grant.id }}
          search={{ principal: uidText(grant.principal), all: 'true' }}
          className="text-accent hover:underline"
        >
          All they were given
        </Link>
      </p>
    </PanelBody>
  )
}

function GrantVersion({ grant }: { grant: Grant }): ReactElement {
  return (
    <>
      <p>
        <span className="font-medium">Version {grant.version}</span>: <RelativeTime at={grant.validFrom} /> to{' '}
        <RelativeTime at={grant.validTo} never="no end" />
      </p>
      <p className="break-words">{grant.reason ?? 'The reason is not readable any more.'}</p>
      <p className="text-xs text-muted">
        Believed since <RelativeTime at={grant.recordedFrom} />
        {grant.recordedTo === null ? (
          ', until now'
        ) : (
          <>
            {' '}
            until <RelativeTime at={grant.recordedTo} />
          </>
        )}
        {grant.recordedBy === null ? (
          ''
        ) : (
          <>
            , by <Subject uid={grant.recordedBy} />
          </>
        )}
        .
      </p>
    </>
  )
}

function EndGrant({ application, grant }: { application: string; grant: Grant }): ReactElement {
  const [reason, setReason] = useState('')
  const [moment, setMoment] = useState('')
  const at = fromLocal(moment)
  const end = useAct(
    async () =>
      await access.endGrant(application, grant.id, {
        reason,
        ...(at === undefined ? {} : { at }),
        expectedVersion: grant.version,
      }),
    {
      done: () => (at === undefined ? 'Grant ended' : 'The grant will end then'),
      refresh: [['access', application]],
      after: () => setReason(''),
    },
  )
  const effect = at === undefined ? 'ends now' : 'ends at that time'
  return (
    <Section title="End">
      <div className="flex flex-col gap-3">
        <Field label="Why">
          <Input value={reason} onChange={setReason} placeholder="left the team" maxLength={2000} />
        </Field>
        <Field label="When, empty for now">
          <Input type="datetime-local" value={moment} onChange={setMoment} />
        </Field>
        <ConfirmInline
          label="End the grant"
          disabled={reason.trim() === ''}
          busy={end.isPending}
          consequence={
            <>
              What <Subject uid={grant.principal} /> has by <GrantWhat grant={grant} /> {effect}, at every edge of{' '}
              {application} within seconds. That they had it stays recorded.
            </>
          }
          confirm="End it"
          onConfirm={() => end.mutate()}
        />
        <ErrorNote error={end.error} />
      </div>
    </Section>
  )
}

function latestOf(versions: readonly Grant[] | undefined): Grant | undefined {
  return versions?.reduce((last, each) => (each.version > last.version ? each : last))
}

function isOver({ inForce, validFrom, validTo }: Grant): boolean {
  return (
    !inForce && (validTo !== null && Date.parse(validTo) <= Date.now() ? true : Date.parse(validFrom) <= Date.now())
  )
}
