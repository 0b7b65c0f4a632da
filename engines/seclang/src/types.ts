/**
 * What the engine is given and what it answers. Every text that comes from a request is a string of bytes: each
 * character is one byte (U+0000 to U+00FF, as `buffer.latin1Slice()` gives it), so that nothing is lost or repaired.
 */

/** What tells SQL or script in a value, of the value alone; false and null are no. A string is what is captured and logged of it. */
export interface Detectors {
  readonly sqli: (value: string) => string | boolean | null
  readonly xss: (value: string) => string | boolean | null
}

/** One variable of a collection that outlives the request. `expires` in milliseconds since 1970. */
export interface StoredVariable {
  readonly value: string
  readonly expires?: number | undefined
}

/**
 * Where IP, SESSION, USER, GLOBAL and RESOURCE live between requests (`initcol`, `setsid`, `setuid`). What is given is changed in place, by
 * all requests that have it open: none loses what another has counted.
 */
export interface CollectionStore {
  open(collection: string, key: string): Map<string, StoredVariable>
}

/** Bounds on what one request may cost. What lies beyond sets REQBODY_ERROR or the like; nothing is cut in silence. */
export interface Limits {
  /** ARGS of query and body together. */
  readonly arguments: number
  readonly cookies: number
  readonly parts: number
  readonly depth: number
  /** Text nodes and attribute values of an XML body. */
  readonly nodes: number
  /** Values that one transaction keeps of MATCHED_VARS, and entries of its log. */
  readonly matches: number
}

export interface EngineOptions {
  /** Configuration and data files by name, each a string of bytes. */
  readonly files: ReadonlyMap<string, string>
  /** Which of them are read, in this order; `Include` names others (`*` and `?` stand for parts of a name). */
  readonly entries: readonly string[]
  /** Milliseconds since 1970. */
  readonly clock: () => number
  /** Without it a rule with @detectSQLi or @detectXSS is refused (`detector_missing`). */
  readonly detectors?: Detectors
  readonly store?: CollectionStore
  /** ENV. */
  readonly environment?: ReadonlyMap<string, string>
  readonly limits?: Partial<Limits>
  /** How many verdicts on single values are remembered across requests; 0 remembers none. Default 8,192. */
  readonly remembered?: number
}

export interface Connection {
  readonly clientAddress: string
  readonly clientPort: number
  readonly serverAddress: string
  readonly serverPort: number
  /** UNIQUE_ID. */
  readonly id: string
  readonly clientHost?: string
  readonly user?: string
  readonly authType?: string
}

export interface RequestHead {
  readonly method: string
  /** As it stands in the request line. */
  readonly target: string
  /** `HTTP/1.1` */
  readonly protocol: string
  /** As they came, in their order, with their spelling. */
  readonly headers: readonly Header[]
  /** The request line as it came, where it is not `method target protocol`. */
  readonly line?: string
}

export type Header = readonly [name: string, value: string]

export interface ResponseHead {
  readonly status: number
  readonly protocol: string
  readonly headers: readonly Header[]
}

/** What is to be done with the request. */
export type Verdict =
  | { readonly kind: 'pass' }
  /** `allow`: the rules that would follow are not asked; `request`: of the request's phases only. */
  | { readonly kind: 'deny'; readonly status: number; readonly rule: RuleInfo; readonly message: string }
  | { readonly kind: 'drop'; readonly rule: RuleInfo; readonly message: string }
  | {
      readonly kind: 'redirect'
      readonly status: number
      readonly location: string
      readonly rule: RuleInfo
      readonly message: string
    }

export interface RuleInfo {
  /** 0 where the rule has none. */
  readonly id: number
  readonly phase: Phase
  readonly file: string
  readonly line: number
  readonly message: string
  readonly tags: readonly string[]
  readonly severity: number | undefined
  readonly version: string
  readonly revision: string
  /** What its last link asks: `!@rx ^\\d+$`; empty for SecAction. */
  readonly operator: string
}

export type Phase = 1 | 2 | 3 | 4 | 5

/** A rule that matched. */
export interface Match {
  readonly rule: RuleInfo
  readonly message: string
  /** `logdata`, expanded. */
  readonly data: string
  /** What matched: `ARGS:q`, and its value after the transformations (at most 1,024 bytes). */
  readonly variable: string
  readonly value: string
  readonly log: boolean
  readonly audit: boolean
}

/** What is known of one transaction at its end. */
export interface Audit {
  readonly id: string
  readonly matches: readonly Match[]
  /** What was decided, or would have been, were the engine not in `DetectionOnly`. */
  readonly verdict: Verdict
  readonly enforced: boolean
  /** `SecRuleEngine`, or what `ctl:ruleEngine` made of it. */
  readonly mode: 'on' | 'off' | 'detectiononly'
  /** True where `SecAuditEngine` (or ctl) wants this transaction recorded. */
  readonly relevant: boolean
  /** `SecAuditLogParts`, or what `ctl:auditLogParts` made of it. */
  readonly parts: string
  /** TX by name: the anomaly scores among them. Made when it is asked for. */
  readonly variables: ReadonlyMap<string, string>
  /** Names of request headers, arguments and cookies that `sanitise*` wants masked, as `ARGS:password`. */
  readonly sanitise: readonly string[]
  /** `setenv` */
  readonly environment: ReadonlyMap<string, string>
}

/** One request on its way through the five phases; each is called at most once, in this order. */
export interface Transaction {
  /**
   * From now on the rule does not look at the target any more, as with `ctl:ruleRemoveTargetById`. Rules that are not there are left out.
   * @param target `ARGS:comment`
   * @throws SecLangError syntax, regex_invalid
   */
  exclude(rule: number, target: string): void
  /** Phase 1. */
  request(head: RequestHead): Verdict
  /** True where the rules want to see the request's body (`SecRequestBodyAccess`, or ctl). */
  readonly wantsBody: boolean
  /** How many bytes of it, at most; what to do with more (`SecRequestBodyLimitAction`). */
  readonly bodyLimit: BodyLimit
  /**
   * Phase 2, also where there is no body.
   * @param partial the body is longer than the limit, and this is its beginning
   */
  body(bytes: string, partial?: boolean): Verdict
  /** Phase 3. */
  response(head: ResponseHead): Verdict
  /** Known before the response is: its body may be wanted. */
  readonly readsResponseBodies: boolean
  /** True where the rules want to see this response's body: its media type is among `SecResponseBodyMimeType`. */
  readonly wantsResponseBody: boolean
  readonly responseBodyLimit: BodyLimit
  /** Phase 4. */
  responseBody(bytes: string): Verdict
  /**
   * Phase 5.
   * @param status what was answered, where no phase has seen that
   */
  end(status?: number): Audit
}

export interface BodyLimit {
  /** Bytes. */
  readonly bytes: number
  readonly beyond: 'reject' | 'partial'
}

export interface Engine {
  readonly rules: readonly RuleInfo[]
  /** What was read and has no effect here, with its reason: `SecAuditLog`, `SecTmpDir`, ... */
  readonly ignored: readonly Ignored[]
  /** `SecComponentSignature`, in their order. */
  readonly components: readonly string[]
  begin(connection: Connection): Transaction
}

export interface Ignored {
  readonly file: string
  readonly line: number
  readonly directive: string
  readonly reason: string
}
