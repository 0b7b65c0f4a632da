import type { ReactElement } from 'react'
import { AddressesPart } from './addresses-part.tsx'
import { CspPart } from './csp-part.tsx'
import { CsrfPart } from './csrf-part.tsx'
import { DocumentPart } from './document-part.tsx'
import type { PartProps } from './draft.ts'
import { ExceptionsPart } from './exceptions-part.tsx'
import { HeadersPart } from './headers-part.tsx'
import { InspectionPart } from './inspection-part.tsx'
import { LimitsPart } from './limits-part.tsx'
import { RoutesPart } from './routes-part.tsx'
import { UpstreamsPart } from './upstreams-part.tsx'

interface Part {
  readonly id: string
  readonly label: string
  readonly says: string
  readonly show: (props: PartProps) => ReactElement
}

/** The pages of the settings, in their order. */
export const parts: readonly Part[] = [
  {
    id: 'inspection',
    label: 'Inspection',
    says: 'What is read of requests and answers, and what becomes of what is found there.',
    show: InspectionPart,
  },
  {
    id: 'document',
    label: 'Document of the API',
    says: 'What the API describes passes; what it proves need not be inspected.',
    show: DocumentPart,
  },
  {
    id: 'exceptions',
    label: 'Exceptions',
    says: 'Honest requests that would be refused.',
    show: ExceptionsPart,
  },
  {
    id: 'routes',
    label: 'Routes',
    says: 'Who may, and in which mode, route by route.',
    show: RoutesPart,
  },
  {
    id: 'csrf',
    label: 'Cross-site requests',
    says: 'Requests that pages of others make a browser send (CSRF).',
    show: CsrfPart,
  },
  {
    id: 'headers',
    label: 'Security headers',
    says: 'What answers carry to keep browsers from being used against the application.',
    show: HeadersPart,
  },
  {
    id: 'csp',
    label: 'Content security policy',
    says: 'What pages may load and run. The page CSP reports proposes one.',
    show: CspPart,
  },
  {
    id: 'limits',
    label: 'Limits',
    says: 'How often, and how many at once.',
    show: LimitsPart,
  },
  {
    id: 'addresses',
    label: 'Addresses',
    says: 'Who is answered at all.',
    show: AddressesPart,
  },
  {
    id: 'upstreams',
    label: 'Upstreams',
    says: 'How requests are spread over the servers of the application.',
    show: UpstreamsPart,
  },
]
