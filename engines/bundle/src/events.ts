import {
  apiActivity,
  baseEvent,
  defineEvents,
  type EventDefinitions,
  either,
  httpActivity,
  type UnsequencedEvent,
} from '@holdfast/events'

const byMethod = {
  CONNECT: 'Connect',
  DELETE: 'Delete',
  GET: 'Get',
  HEAD: 'Head',
  OPTIONS: 'Options',
  PATCH: 'Patch',
  POST: 'Post',
  PUT: 'Put',
  TRACE: 'Trace',
} as const
type Method = keyof typeof byMethod

function methodOf({ data: { method } }: UnsequencedEvent): (typeof byMethod)[Method] | 'Unknown' | 'Other' {
  if (typeof method !== 'string') return 'Unknown'
  return Object.hasOwn(byMethod, method) ? byMethod[method as Method] : 'Other'
}

const http = either([...Object.values(byMethod), 'Unknown', 'Other'], methodOf)

/** The kinds of events that a gateway or an SDK makes by itself. What an application records beside them is its own. */
export const edgeEvents: EventDefinitions = defineEvents({
  'request.refused': httpActivity(http, 'A request was refused before the application saw it, or by its own rule.', {
    outcomes: ['refused', 'failure'],
    personal: ['rules'],
    written: 'gateway, SDK',
  }),
  'request.blocked': httpActivity(
    http,
    'A request was refused for what it holds: an attack, a second reading, or what the API does not describe. `data.findings` tells what and where.',
    { severity: { refused: 'High' }, outcomes: ['refused'], personal: ['findings', 'rules'], written: 'gateway' },
  ),
  'request.reported': httpActivity(
    http,
    'A request was let through that would have been refused, were the protection of its application more than a report.',
    { severity: 'Medium', outcomes: ['success'], personal: ['findings', 'rules'], written: 'gateway, SDK' },
  ),
  'request.unauthenticated': httpActivity(http, 'A request needed a credential, and had none that holds.', {
    outcomes: ['refused'],
    written: 'SDK',
  }),
  'response.broken': httpActivity(http, 'An answer was broken off after it had begun.', {
    outcomes: ['failure'],
    written: 'gateway',
  }),
  'decision.denied': apiActivity('Other', 'The policies of an application did not permit what was asked.', {
    outcomes: ['refused'],
    made: { operation: 'action' },
    personal: ['context', 'given', 'explanation'],
    written: 'SDK, control plane',
  }),
  'decision.allowed': apiActivity(
    'Other',
    'The policies of an application permitted what was asked. One of many: `data.rate`.',
    {
      outcomes: ['success'],
      made: { operation: 'action' },
      personal: ['context', 'given', 'explanation'],
      written: 'SDK and control plane, for a share of the decisions',
    },
  ),
  'decision.answered_no': apiActivity(
    'Other',
    'An application asked by `can` whether something is permitted, and it is not.',
    {
      outcomes: ['refused'],
      severity: 'Informational',
      made: { operation: 'action' },
      personal: ['context', 'given', 'explanation'],
      written: 'SDK',
    },
  ),
  'decision.failed': apiActivity(
    'Other',
    'A policy failed while a decision was taken; the answer is in `data.decision`.',
    {
      outcomes: ['failure'],
      made: { operation: 'action' },
      personal: ['context', 'given', 'explanation'],
      written: 'SDK, control plane',
    },
  ),
  'decision.differed': apiActivity(
    'Other',
    'The candidate of an application would have decided otherwise. One of many.',
    {
      made: { operation: 'action' },
      personal: ['context', 'given', 'explanation'],
      written: 'SDK, control plane',
    },
  ),
  'decision.compared': baseEvent(
    'Other',
    'How many decisions the candidate of an application was compared on, and what it would have decided otherwise.',
    { written: 'SDK, control plane' },
  ),
  'decision.unavailable': apiActivity('Other', 'Nothing could be decided, so nothing was allowed.', {
    severity: { failure: 'High' },
    outcomes: ['failure'],
    made: { operation: 'action' },
    written: 'SDK',
  }),
  'query.refused': apiActivity('Other', 'A value of a request would have been code in a query of the application.', {
    severity: { refused: 'High', failure: 'High' },
    outcomes: ['refused', 'failure'],
    personal: ['evidence'],
    written: 'SDK',
  }),
  'outbound.refused': apiActivity('Other', 'An application was about to send a request to where it may not.', {
    severity: { refused: 'Medium' },
    outcomes: ['refused'],
    personal: ['host'],
    written: 'SDK',
  }),
  'upstream.out': baseEvent(
    'Other',
    'A gateway sends no more requests to an upstream for a while: `data.upstream`, `data.why`, `data.forMs` (null: until a check succeeds).',
    { severity: 'Medium', outcomes: ['failure'], written: 'gateway' },
  ),
  'upstream.back': baseEvent('Other', 'A gateway sends requests to an upstream again that was out.', {
    written: 'gateway',
  }),
  'gateway.certificates_changed': baseEvent(
    'Other',
    'A gateway shows new certificates (`data.certificates`). Or they cannot be used, and those before stay: `data.problem`.',
    { severity: { failure: 'High' }, outcomes: ['success', 'failure'], written: 'gateway' },
  ),
  'edge.events_dropped': baseEvent(
    'Other',
    'An edge could not ship its events for so long that it dropped some; `data` says how many, of which kinds and when.',
    {
      severity: 'High',
      outcomes: ['failure'],
      written: 'gateway, SDK',
    },
  ),
})
