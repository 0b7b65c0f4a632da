import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { traffic } from '../../../api/traffic.ts'
import type { BlockedFinding, BlockedRequest } from '../../../api/types.ts'
import { count } from '../../../lib/words.ts'
import { buttonClass } from '../../../ui/button.tsx'
import { CopyId } from '../../../ui/copy.tsx'
import { DetailPanel, PanelBody } from '../../../ui/detail-panel.tsx'
import { Facts, Section } from '../../../ui/facts.tsx'
import { Answer } from '../../../ui/loading.tsx'
import { RelativeTime } from '../../../ui/relative-time.tsx'
import { Subject } from '../../../ui/subject.tsx'
import { VisibleText } from '../../../ui/visible-text.tsx'
import { Evidence } from './evidence.tsx'
import { Except } from './except.tsx'
import { Fate, FoundBy, Where } from './words.tsx'

interface RequestPanelProps {
  readonly app: string
  readonly event: string
  readonly onClose: () => void
}

/** One request: what came, what was found in it, in which decoding, and what would let it pass. */
export function RequestPanel({ app, event, onClose }: RequestPanelProps): ReactElement {
  const request = useQuery({
    queryKey: ['protection', app, 'blocked', 'one', event],
    queryFn: async () => await traffic.request(app, event),
  })
  const { data } = request
  return (
    <DetailPanel
      title={
        data === undefined ? (
          'Request'
        ) : (
          <span className="break-all">
            <VisibleText text={`${data.method ?? ''} ${data.path ?? ''}`.trim()} className="text-sm!" />
          </span>
        )
      }
      subtitle={data === undefined ? null : <Fate mode={data.mode} />}
      onClose={onClose}
    >
      <Answer query={request}>{(found) => <Request app={app} request={found} />}</Answer>
    </DetailPanel>
  )
}

function Request({ app, request }: { app: string; request: BlockedRequest }): ReactElement {
  const { actor, findings, more, query } = request
  return (
    <>
      <PanelBody>
        <Facts
          items={[
            ['When', <RelativeTime key="at" at={request.at} />],
            [
              'Answered',
              <span key="status">
                {request.status ?? (request.mode === 'reported' ? 'by the application' : 'no answer')}{' '}
                <code className="font-mono text-xs">{request.code}</code>
              </span>,
            ],
            ['Who', actor === null ? <span className="text-muted">nobody signed in</span> : <Subject uid={actor} />],
            ['Address', request.address === null ? 'not known' : <CopyId id={request.address} />],
            ['Host', <VisibleText key="host" text={request.host ?? '–'} />],
            ...(query.length === 0 ? [] : [['Query', <VisibleText key="query" text={query.join(', ')} />] as const]),
            ...(request.userAgent === null
              ? []
              : [['Program', <VisibleText key="agent" text={request.userAgent} />] as const]),
            ...(request.operation === null
              ? []
              : [['Operation', <VisibleText key="operation" text={request.operation} />] as const]),
            ...(request.cause === null ? [] : [['Cause', <VisibleText key="cause" text={request.cause} />] as const]),
            ...(request.count > 1 ? [['Alike', `${count(request.count, 'request')} counted as one`] as const] : []),
          ]}
        />
        <div className="flex flex-wrap gap-2">
          <Link to="/events/{-$id}" params={{ id: request.event }} className={buttonClass()}>
            Event in the log
          </Link>
          {request.address === null ? null : (
            <Link
              to="/events/{-$id}"
              params={{ id: undefined }}
              search={{ address: request.address, application: app }}
              className={buttonClass()}
            >
              All from this address
            </Link>
          )}
        </div>
      </PanelBody>
      {findings.map((finding) => (
        <Finding key={finding.index} app={app} event={request.event} finding={finding} />
      ))}
      {more > 0 ? (
        <p className="border-t border-line px-4 py-3 text-muted">{`${count(more, 'further finding')} not kept.`}</p>
      ) : null}
    </>
  )
}

function Finding({ app, event, finding }: { app: string; event: string; finding: BlockedFinding }): ReactElement {
  return (
    <Section title={`Finding ${finding.index + 1}`}>
      <div className="flex flex-col gap-3">
        <Facts
          items={[
            ['What', <FoundBy key="by" {...finding} />],
            ['Where', <Where key="where" {...finding} />],
            // The last step of the evidence says why, where there is one.
            ...(finding.steps.length > 0 ? [] : [['Why', finding.why] as const]),
          ]}
        />
        {finding.steps.length === 0 ? null : <Evidence steps={finding.steps} evidence={finding.evidence} />}
        <Except app={app} event={event} finding={finding} />
      </div>
    </Section>
  )
}
