import { Link } from '@tanstack/react-router'
import type { ReactElement, ReactNode } from 'react'
import type { LoggedDecision } from '../../api/types.ts'
import { Status } from '../../ui/badge.tsx'
import { DetailPanel, PanelBody } from '../../ui/detail-panel.tsx'
import { Facts, Section } from '../../ui/facts.tsx'
import { JsonTree } from '../../ui/json-tree.tsx'
import { Loading } from '../../ui/loading.tsx'
import { RelativeTime } from '../../ui/relative-time.tsx'
import { Subject } from '../../ui/subject.tsx'
import { PolicyLinks } from '../permissions/policy-link.tsx'

interface DecisionPanelProps {
  readonly application: string
  readonly decision: LoggedDecision | undefined
  readonly loading: boolean
  readonly onClose: () => void
}

const ways: Readonly<Record<string, string>> = {
  require: 'the application, which refuses by it',
  can: 'the application, to know',
  authzen: 'AuthZEN',
  evaluate: 'the management API',
}

/** One decision of the log: who asked for what, the answer, why, and what it was decided on. */
export function DecisionPanel({ application, decision, loading, onClose }: DecisionPanelProps): ReactElement {
  if (decision === undefined) {
    return (
      <DetailPanel title="Decision" onClose={onClose}>
        {loading ? <Loading /> : <p className="p-4 text-muted">It is not among those shown.</p>}
      </DetailPanel>
    )
  }
  return <KnownDecision application={application} decision={decision} onClose={onClose} />
}

function KnownDecision({
  application,
  decision: known,
  onClose,
}: {
  application: string
  decision: LoggedDecision
  onClose: () => void
}): ReactElement {
  const { decision, explanation, errors, given, context, omitted } = known
  const facts: readonly (readonly [string, ReactNode])[] = [
    ['When', <RelativeTime key="when" at={known.time} />],
    ['Who', known.principal === null ? 'nobody' : <Subject key="who" uid={known.principal} />],
    ['On', known.resource === null ? 'nothing' : <Subject key="on" uid={known.resource} />],
    ['Policies', <PolicyLinks key="by" application={application} names={known.policies} />],
    ['Asked by', known.via === null ? 'unknown' : (ways[known.via] ?? known.via)],
    ...(known.reportedBy === null ? [] : [['Reported by', <Subject key="rep" uid={known.reportedBy} />] as const]),
    ...(known.epoch === null ? [] : [['Epoch', String(known.epoch)] as const]),
    ...(known.rate < 1 ? [['Sampled', `one of ${Math.round(1 / known.rate)} like it is kept`] as const] : []),
  ]
  return (
    <DetailPanel
      title={<code className="font-mono">{known.action}</code>}
      subtitle={decision === 'allow' ? <Status tone="good">Allowed</Status> : <Status tone="refused">Denied</Status>}
      onClose={onClose}
    >
      <PanelBody>
        {explanation === null ? null : <p className="break-words">{explanation}</p>}
        <Facts items={facts} />
        <p className="flex flex-wrap gap-x-4">
          <Link to="/events/{-$id}" params={{ id: known.id }} className="text-accent hover:underline">
            The event, with its proof
          </Link>
        </p>
      </PanelBody>
      {errors.length === 0 ? null : (
        <Section title="Could not be evaluated">
          <ul>
            {errors.map(({ policy, message }) => (
              <li key={policy}>
                <code className="font-mono text-xs">{policy}</code>: {message}
              </li>
            ))}
          </ul>
        </Section>
      )}
      {given.length === 0 ? null : (
        <Section title="Decided on">
          <JsonTree value={given} />
        </Section>
      )}
      {context === null || Object.keys(context).length === 0 ? null : (
        <Section title="Context">
          <JsonTree value={context} />
        </Section>
      )}
      {omitted.length === 0 ? null : (
        <Section title="Too large to be kept">
          <p className="break-words">{omitted.join(', ')}</p>
        </Section>
      )}
    </DetailPanel>
  )
}
