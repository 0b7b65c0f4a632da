import type { z } from 'zod'
import type { AssuranceDemand } from '../assurance.ts'
import type { Outcome } from '../outcome.ts'
import type { Caller, ResourceRef, Source } from '../ports.ts'
import type { Read, Work } from '../work.ts'
import type { Html } from './html.ts'
import type { Limit } from './limit.ts'
import type { Problem } from './problem.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

type ParamNames<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | ParamNames<`/${Rest}`>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never

export interface InputSchemas {
  readonly query?: z.ZodType
  /** JSON */
  readonly body?: z.ZodType
  /** application/x-www-form-urlencoded */
  readonly form?: z.ZodType
  /** as it was sent, in one of these media types; the handler reads it */
  readonly bytes?: { readonly media: readonly string[] }
}

/** A body that the route reads by itself. */
export interface Received {
  /** the media type, in lower case and without parameters */
  readonly media: string
  readonly content: Uint8Array
}

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined
type Taken<Bytes> = Bytes extends object ? Received : undefined

interface Common<Path extends string, Input extends InputSchemas> {
  readonly params: Readonly<Record<ParamNames<Path>, string>>
  readonly query: Parsed<Input['query']>
  readonly body: Parsed<Input['body']>
  readonly form: Parsed<Input['form']>
  readonly bytes: Taken<Input['bytes']>
  readonly source: Source
  /** whose rows are read and written: the caller's; on public routes the one that the visitor comes to */
  readonly tenant: string
  readonly read: Read
  readonly now: Date
}

export interface RequestHead {
  readonly url: URL
  readonly headers: Headers
  /** aborted when the client goes away or the server stops: long polls end then */
  readonly signal: AbortSignal
  readonly requestId: string
}

export interface HandlerInput<Path extends string, Input extends InputSchemas, Who> extends Common<Path, Input> {
  readonly caller: Who
  readonly work: Work
  readonly request: RequestHead
}

/** The resource that a route decides on: its id from the path, its attributes read by the backend. */
type ResourceOf<Path extends string, Input extends InputSchemas> = (
  input: Common<Path, Input> & { readonly caller: Caller },
) => ResourceRef | Promise<ResourceRef>

export interface Checked<Path extends string, Input extends InputSchemas> {
  readonly action: string
  readonly resource: ResourceOf<Path, Input>
  /** What is asked instead where the input narrows the route to something of which more people may know. */
  readonly narrower?: {
    readonly when: (input: Common<Path, Input>) => boolean
    readonly action: string
    readonly resource: ResourceOf<Path, Input>
  }
}

/** A route that asks nobody says why. */
export interface Public {
  readonly public: string
  /** why a page of another site may send this: it changes nothing by itself */
  readonly crossSite?: string
}

/** The event of the one route whose body is events: they are its record. */
export const carriedEvents = 'carried'

/** What a route writes: the kind of event that every answer of it leaves, or that it only reads. */
type Effect = { readonly event: string; readonly reads?: never } | { readonly reads: true; readonly event?: never }

/** A page, or a redirect to one. */
export type Page = Html | { readonly redirect: string }

/** A text, bytes, or the parts of a text that is made while it is sent: when making one fails the connection breaks off. */
export type MediaBody = string | Uint8Array | AsyncIterable<string>

/** An answer that is no JSON: a text or bytes of this media type, as they are. */
export interface Media {
  readonly media: string
}

/** How a protocol says that a request was refused, where it has a form of its own. */
export type RefusalForm = (
  problem: Problem,
  request: Request,
) => {
  readonly media: string
  readonly body: string | Uint8Array
  /** the problem's own when not said */
  readonly status?: number
  /** beside those of the refusal */
  readonly headers?: Readonly<Record<string, string>>
}

/** What a route wants of the session by which a person asks; only routes with a caller can want something. */
interface Demanding {
  readonly assurance?: AssuranceDemand
}

interface Shape<Path extends string, Input extends InputSchemas, Permission, Who> {
  readonly method: Method
  readonly path: Path
  readonly summary: string
  readonly permission: Permission
  readonly input?: Input
  readonly limit: Limit
  /** bytes; 64 KiB when not said */
  readonly bodyLimit?: number
  /** problem details when not said */
  readonly refusal?: RefusalForm
  readonly who?: Who
}

export interface Route {
  readonly method: Method
  readonly path: string
  readonly summary: string
  readonly permission: Checked<string, InputSchemas> | Public
  readonly assurance: AssuranceDemand | null
  readonly input: InputSchemas
  readonly output: z.ZodType | 'page' | Media
  readonly event: string | null
  readonly limit: Limit
  readonly bodyLimit: number
  readonly refusal: RefusalForm | null
  readonly handler: (
    input: HandlerInput<string, InputSchemas, Caller | null>,
  ) => Promise<Outcome<unknown>> | Outcome<unknown>
}

/**
 * The single source of a route: the router, the OpenAPI document, the permission matrix and the audit coverage are
 * made of it. A route without a permission (or the word `public` and a reason), or without an event (or
 * `reads: true`), does not type-check.
 */
export function defineRoute<const Path extends string, Output extends z.ZodType, Input extends InputSchemas = object>(
  route: Shape<Path, Input, Checked<Path, Input>, Caller> &
    Demanding &
    Effect & {
      readonly output: Output
      readonly handler: (
        input: HandlerInput<Path, Input, Caller>,
      ) => Promise<Outcome<z.input<Output>>> | Outcome<z.input<Output>>
    },
): Route
export function defineRoute<const Path extends string, Output extends z.ZodType, Input extends InputSchemas = object>(
  route: Shape<Path, Input, Public, null> &
    Effect & {
      readonly output: Output
      readonly handler: (
        input: HandlerInput<Path, Input, Caller | null>,
      ) => Promise<Outcome<z.input<Output>>> | Outcome<z.input<Output>>
    },
): Route
export function defineRoute<const Path extends string, Input extends InputSchemas = object>(
  route: Shape<Path, Input, Public, null> &
    Effect & {
      readonly output: 'page'
      readonly handler: (input: HandlerInput<Path, Input, Caller | null>) => Promise<Outcome<Page>> | Outcome<Page>
    },
): Route
export function defineRoute<const Path extends string, Input extends InputSchemas = object>(
  route: Shape<Path, Input, Checked<Path, Input>, Caller> &
    Demanding &
    Effect & {
      readonly output: Media
      readonly handler: (input: HandlerInput<Path, Input, Caller>) => Promise<Outcome<MediaBody>> | Outcome<MediaBody>
    },
): Route
export function defineRoute<const Path extends string, Input extends InputSchemas = object>(
  route: Shape<Path, Input, Public, null> &
    Effect & {
      readonly output: Media
      readonly handler: (
        input: HandlerInput<Path, Input, Caller | null>,
      ) => Promise<Outcome<MediaBody>> | Outcome<MediaBody>
    },
): Route
export function defineRoute(route: {
  readonly method: Method
  readonly path: string
  readonly summary: string
  readonly permission: unknown
  readonly assurance?: AssuranceDemand
  readonly input?: InputSchemas
  readonly output: z.ZodType | 'page' | Media
  readonly event?: string
  readonly limit: Limit
  readonly bodyLimit?: number
  readonly refusal?: RefusalForm
  readonly handler: unknown
}): Route {
  return Object.freeze({
    method: route.method,
    path: route.path,
    summary: route.summary,
    permission: route.permission as Route['permission'],
    assurance: route.assurance ?? null,
    input: route.input ?? {},
    output: route.output,
    event: route.event ?? null,
    limit: route.limit,
    bodyLimit: route.bodyLimit ?? 64 * 1024,
    refusal: route.refusal ?? null,
    handler: route.handler as Route['handler'],
  })
}

export function isMedia(output: Route['output']): output is Media {
  return typeof output === 'object' && 'media' in output
}

export function isPublic(permission: Route['permission']): permission is Public {
  return 'public' in permission
}
