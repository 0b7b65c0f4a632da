import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactElement, ReactNode } from 'react'
import { elevations } from '../../api/elevations.ts'
import type { Elevation } from '../../api/types.ts'
import { spanText } from '../../lib/spans.ts'
import { Status } from '../../ui/badge.tsx'
import { CopyId } from '../../ui/copy.tsx'
import { DetailPanel, PanelBody } from '../../ui/detail-panel.tsx'
import { Facts } from '../../ui/facts.tsx'
import { Answer } from '../../ui/loading.tsx'
import { RelativeTime } from '../../ui/relative-time.tsx'
import { Subject } from '../../ui/subject.tsx'
import { AnswerRequest } from './answer-request.tsx'
import { RequestState, RequestWhat } from './request-words.tsx'

interface RequestPanelProps {
  readonly application: string
  readonly id: string
  readonly onClose: () => void
}

export function RequestPanel({ application, id, onClose }: RequestPanelProps): ReactElement {
  const found = useQuery({
    queryKey: ['access', application, 'elevation', id],
    queryFn: async () => await elevations.one(application, id),
  })
  return (
    <DetailPanel
      title={found.data === undefined ? 'Request' : <RequestWhat request={found.data} />}
      subtitle={found.data === undefined ? undefined : <RequestState request={found.data} />}
      onClose={onClose}
    >
      <Answer query={found}>
        {(request) => (
          <>
            <PanelBody>
              <p className="break-words">{request.reason ?? 'The reason is not readable any more.'}</p>
              <Facts items={factsOf(request)} />
              <p className="flex flex-wrap gap-x-4">
                {request.grant === null ? null : (
                  <Link
                    to="/permissions/grants/{-$app}/{-$id}"
                    params={{ app: application, id: request.grant.id }}
                    className="text-accent hover:underline"
                  >
                    The grant
                  </Link>
                )}
                {request.grant === null ? null : (
                  <Link
                    to="/events/{-$id}"
                    params={{ id: undefined }}
                    search={{ actor: request.person.id, since: request.grant.validFrom }}
                    className="text-accent hover:underline"
                  >
                    What they did with it
                  </Link>
                )}
              </p>
            </PanelBody>
            <AnswerRequest application={application} request={request} />
          </>
        )}
      </Answer>
    </DetailPanel>
  )
}

function factsOf(request: Elevation): readonly (readonly [string, ReactNode])[] {
  const { person, decidedBy, grant, review } = request
  return [
    ['Who', <Subject key="who" uid={person} name={person.name} />],
    ['For', spanText(request.seconds)],
    [request.kind === 'elevation' ? 'Asked' : 'Taken', <RelativeTime key="asked" at={request.requestedAt} />],
    ...(request.state === 'pending'
      ? [['Waits until', <RelativeTime key="waits" at={request.expiresAt} />] as const]
      : []),
    ...(decidedBy === null
      ? []
      : [
          ['Answered by', <Subject key="by" uid={decidedBy} name={decidedBy.name} />] as const,
          ['Answered', <RelativeTime key="at" at={request.decidedAt} />] as const,
        ]),
    ...(request.note === null ? [] : [['Note', request.note] as const]),
    ...(grant === null ? [] : [['Until', <RelativeTime key="until" at={grant.validTo} never="no end" />] as const]),
    ...(review === null
      ? []
      : [
          [
            'Review',
            <Status key="finding" tone={review.finding === 'justified' ? 'good' : 'bad'}>
              {review.finding}
            </Status>,
          ] as const,
          ['Reviewed by', <Subject key="reviewer" uid={review.by} name={review.by.name} />] as const,
          ['Review note', review.note ?? 'not readable any more'] as const,
        ]),
    ['Id', <CopyId key="id" id={request.id} />],
  ]
}
