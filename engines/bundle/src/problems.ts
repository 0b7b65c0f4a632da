/** What the page of a problem tells about a code with which an edge, not the control plane, answers. */
export interface EdgeProblem {
  readonly status: number
  readonly title: string
  /** How to mend it. */
  readonly help: string
}

type Problems<Code extends string> = Readonly<Record<Code, EdgeProblem>>

export type GatewayProblemCode =
  | 'request_malformed'
  | 'request_ambiguous'
  | 'sign_in_invalid'
  | 'unauthenticated'
  | 'insufficient_user_authentication'
  | 'forbidden'
  | 'cross_site_request'
  | 'address_refused'
  | 'attack_blocked'
  | 'rule_matched'
  | 'content_type_refused'
  | 'schema_violated'
  | 'answer_refused'
  | 'path_unknown'
  | 'method_refused'
  | 'request_timeout'
  | 'body_too_large'
  | 'target_too_long'
  | 'expectation_failed'
  | 'host_unknown'
  | 'rate_limited'
  | 'head_too_large'
  | 'gateway_fault'
  | 'upstream_unreachable'
  | 'upstream_failed'
  | 'upstream_malformed'
  | 'upstream_busy'
  | 'policy_unavailable'
  | 'stopping'
  | 'overloaded'
  | 'upstream_timeout'

/** Everything for which the gateway itself answers in place of the upstream. The codes are stable: clients may match on them. */
export const gatewayProblems: Problems<GatewayProblemCode> = {
  request_malformed: {
    status: 400,
    title: 'The request is not valid HTTP',
    help: 'Send HTTP/1.1 as RFC 9112 has it: one Host, one way of saying how long the body is, no control bytes.',
  },
  request_ambiguous: {
    status: 400,
    title: 'The request can be read in two ways',
    help: 'The answer says which part. Send paths in their normal form (no dot or empty segments, no encoded slashes), each name once in JSON, text as UTF-8, escapes whole. Where two routes fit, name one route that covers both.',
  },
  sign_in_invalid: {
    status: 400,
    title: 'This sign-in cannot be completed',
    help: 'Begin again at /.holdfast/sign-in: the sign-in was begun in another browser, took too long, or was used already.',
  },
  unauthenticated: {
    status: 401,
    title: 'Sign in first',
    help: 'Sign in at /.holdfast/sign-in, or send `Authorization: Bearer` with a service key or an access token.',
  },
  insufficient_user_authentication: {
    status: 401,
    title: 'This needs a stronger or a newer sign-in',
    help: 'Follow `stepUp` in a browser, or ask the authorization server for a token with these acr_values and this max_age (RFC 9470).',
  },
  forbidden: {
    status: 403,
    title: 'Not permitted',
    help: 'The event names the policies that decided, and the nearest one; `holdfast protection explain` and `holdfast access check` ask again.',
  },
  cross_site_request: {
    status: 403,
    title: 'Another site sent this request',
    help: 'Send state-changing requests from the pages of the application itself, or with a service key and no cookie.',
  },
  address_refused: {
    status: 403,
    title: 'This address is not answered',
    help: 'The application answers some networks only: `holdfast protection show` lists them under `addresses`.',
  },
  attack_blocked: {
    status: 403,
    title: 'The request reads as an attack',
    help: 'The event tells what was found and where. An honest value passes by an exception: in the console from the blocked request, or by `inspection.exceptions`, as narrow as the event says.',
  },
  rule_matched: {
    status: 403,
    title: 'A rule of this gateway refuses the request',
    help: 'The event names the rules that matched. What is honest is excepted from the blocked request in the console (`inspection.ruleExceptions`: one rule, one variable, one operation), or in the folder of rules for all requests (`SecRuleUpdateTargetById`).',
  },
  content_type_refused: {
    status: 415,
    title: 'The body cannot be looked into',
    help: 'Send one Content-Type that the API describes, text as UTF-8, and a Content-Encoding (gzip, deflate, br, zstd) for JSON and XML alone.',
  },
  schema_violated: {
    status: 422,
    title: 'The request is not as the API describes it',
    help: 'The event names the parameter or field. Send what the document of the API says, or mend the document (`inspection.document`).',
  },
  answer_refused: {
    status: 502,
    title: 'The answer of the application was held back',
    help: 'The event tells what the answer would have told, or where it differs from the document (`inspection.answers`).',
  },
  path_unknown: {
    status: 404,
    title: 'There is nothing here',
    help: 'Below /.holdfast/ there are sign-in, callback and sign-out; elsewhere the document of the API says what there is.',
  },
  method_refused: { status: 405, title: 'This method is not allowed', help: 'Use a method named in the Allow header.' },
  request_timeout: {
    status: 408,
    title: 'The request took too long to arrive',
    help: 'Send the head and the body without long pauses.',
  },
  body_too_large: {
    status: 413,
    title: 'The request body is too large',
    help: 'Send less, or raise the body limit of the application.',
  },
  target_too_long: { status: 414, title: 'The request target is too long', help: 'Put long values into the body.' },
  expectation_failed: {
    status: 417,
    title: 'This expectation cannot be met',
    help: 'Only `Expect: 100-continue` is understood.',
  },
  host_unknown: {
    status: 421,
    title: 'No application answers at this host',
    help: 'Add the host, with its port, to the hosts of an application that has an upstream.',
  },
  rate_limited: {
    status: 429,
    title: 'Too many requests',
    help: 'Slow down; the Retry-After header says by how much.',
  },
  head_too_large: { status: 431, title: 'The request headers are too large', help: 'Send fewer or shorter headers.' },
  gateway_fault: {
    status: 500,
    title: 'The gateway made a mistake',
    help: 'Look up the event id in the log of the gateway.',
  },
  upstream_unreachable: {
    status: 502,
    title: 'The application cannot be reached',
    help: 'Start the application, or correct the upstream of the application.',
  },
  upstream_failed: {
    status: 502,
    title: 'The application broke off its answer',
    help: 'Look into the log of the application.',
  },
  upstream_malformed: {
    status: 502,
    title: 'The application answered with invalid HTTP',
    help: 'Look at what the application sends: its head or the framing of its body is not HTTP/1.1.',
  },
  upstream_busy: {
    status: 503,
    title: 'The application has too many requests open',
    help: 'Try again shortly; run more of the application.',
  },
  policy_unavailable: {
    status: 503,
    title: 'Requests cannot be decided at the moment',
    help: 'The edge has no bundle under a live lease: check that the control plane runs and that the edge reaches it.',
  },
  overloaded: {
    status: 503,
    title: 'Too much is under way',
    help: 'Try again shortly. `limits.concurrency` and `limits.shedAfterMs` of the application say how much is too much.',
  },
  stopping: { status: 503, title: 'The gateway is stopping', help: 'Try again shortly.' },
  upstream_timeout: {
    status: 504,
    title: 'The application took too long to answer',
    help: 'Look into the application, or raise the request timeout of the application.',
  },
}

export type SdkProblemCode =
  | 'unauthenticated'
  | 'insufficient_user_authentication'
  | 'insufficient_scope'
  | 'forbidden'
  | 'cross_site_request'
  | 'path_ambiguous'
  | 'policy_unavailable'
  | 'epoch_not_reached'
  | 'introspection_unavailable'
  | 'filter_unsupported'
  | 'filter_unvalidated'
  | 'filter_mapping'
  | 'filter_too_large'
  | 'query_refused'

/** Everything that an application answers through the SDK. */
export const sdkProblems: Problems<SdkProblemCode> = {
  unauthenticated: gatewayProblems.unauthenticated,
  insufficient_user_authentication: gatewayProblems.insufficient_user_authentication,
  insufficient_scope: {
    status: 403,
    title: 'The access token does not reach so far',
    help: 'Ask the authorization server for a token with the scope that the WWW-Authenticate header names.',
  },
  forbidden: gatewayProblems.forbidden,
  cross_site_request: gatewayProblems.cross_site_request,
  path_ambiguous: {
    status: 400,
    title: 'The path can be read in two ways',
    help: 'Send the path in its normal form, without dot segments, empty segments or needless encodings.',
  },
  policy_unavailable: gatewayProblems.policy_unavailable,
  epoch_not_reached: {
    status: 503,
    title: 'Epoch not reached',
    help: 'Try again shortly. A number that was not answered with `Holdfast-Epoch` by this installation is never reached.',
  },
  introspection_unavailable: {
    status: 503,
    title: 'The credential cannot be checked at the moment',
    help: 'Check that the application reaches the control plane.',
  },
  filter_unsupported: {
    status: 500,
    title: 'A policy has no exact form in SQL',
    help: 'The event names the policy and the expression. Say it otherwise, or decide a short list with `keepAllowed`.',
  },
  filter_unvalidated: {
    status: 500,
    title: 'The policies are not validated, and are not turned into SQL',
    help: 'Save policies that the schema validates strictly: `holdfast access test` and the console name what it finds.',
  },
  filter_mapping: {
    status: 500,
    title: 'The columns do not fit what the policies read',
    help: 'Call `checkColumns` at the start and mend what it names: a column that may be NULL, of another type, or missing.',
  },
  filter_too_large: {
    status: 500,
    title: 'Too much to filter',
    help: 'Narrow the query: `keepAllowed` takes 10,000 rows; or write fewer policies about the same action.',
  },
  query_refused: {
    status: 400,
    title: 'A value of the request would have been code in a query',
    help: 'The event names the value and its place. Give it to the query as a parameter, or write the query with the `sql` tag.',
  },
}
