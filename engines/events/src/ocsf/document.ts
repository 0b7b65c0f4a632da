/** `{ type, type_id, uid }` and a name: `actor.user`, `user`. */
export interface OcsfUser {
  readonly uid?: string | undefined
  readonly name?: string | undefined
  readonly type?: string | undefined
  readonly type_id?: number | undefined
}

/** An OCSF 1.8 event as we make it: what all classes have, and of what some have that from which the compact view is read. */
export interface OcsfEvent {
  readonly class_uid: number
  readonly class_name: string
  readonly category_uid: number
  readonly activity_id: number
  readonly activity_name: string
  /** class_uid * 100 + activity_id */
  readonly type_uid: number
  readonly severity_id: number
  readonly severity: string
  readonly status_id: number
  readonly status: string
  readonly status_code?: string | undefined
  readonly action_id?: number | undefined
  readonly action?: string | undefined
  readonly disposition_id?: number | undefined
  readonly disposition?: string | undefined
  /** Milliseconds since 1970. */
  readonly time: number
  readonly message: string
  readonly metadata: OcsfMetadata
  readonly actor?: { readonly user: OcsfUser } | undefined
  readonly src_endpoint?: { readonly ip?: string | undefined; readonly svc_name?: string | undefined } | undefined
  readonly http_request?: OcsfHttpRequest | undefined
  readonly user?: OcsfUser | undefined
  readonly session?: { readonly uid: string } | undefined
  readonly group?: { readonly uid?: string | undefined; readonly name?: string | undefined } | undefined
  readonly entity?:
    | {
        readonly uid?: string | undefined
        readonly name?: string | undefined
        readonly type: string
        readonly type_id: number
      }
    | undefined
  readonly resources?: readonly { readonly uid: string; readonly type: string }[] | undefined
  readonly unmapped?: Unmapped | undefined
  /** What only some classes have. */
  readonly [attribute: string]: unknown
}

export interface OcsfHttpRequest {
  readonly user_agent?: string | undefined
  readonly uid?: string | undefined
  readonly http_method?: string | undefined
  readonly url?: { readonly path?: string | undefined; readonly hostname?: string | undefined } | undefined
}

export interface OcsfMetadata {
  readonly version: string
  readonly product: Product
  /** The event's id. */
  readonly uid: string
  /** The kind. */
  readonly event_code: string
  readonly tenant_uid: string
  /** The id of the request. */
  readonly correlation_uid?: string | undefined
  /** Milliseconds since 1970: when the log took the event in. */
  readonly logged_time?: number | undefined
  readonly profiles?: readonly string[] | undefined
  /** `application`: the slug of the application concerned. */
  readonly tags?: readonly { readonly name: string; readonly value?: string | undefined }[] | undefined
}

/** The software that made the event. */
export interface Product {
  readonly name: string
  readonly vendor_name: string
  readonly version: string
}

/** What the class has no attribute for. */
export interface Unmapped {
  /** `data` of the compact event; absent when it is empty. */
  readonly data?: Readonly<Record<string, unknown>> | undefined
  /** The resource; null where there is none, and the class's own place holds something else. */
  readonly resource?: { readonly type: string; readonly id: string } | null | undefined
  readonly source?: { readonly address?: string | undefined; readonly userAgent?: string | undefined } | undefined
  /** Of findings, whose status is another thing. */
  readonly outcome?: 'refused' | 'failure' | undefined
}
