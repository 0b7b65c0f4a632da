import type { OutgoingHttpHeader, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { type AnswerWatch, changedFields, Held, type Refusal } from '../edge/guard/index.ts'

export interface OutletOptions {
  readonly response: ServerResponse
  /** There is no body in the answer, whatever is written. */
  readonly bodiless: boolean
  /** Whether a field (name in lower case) goes no further. */
  hides(lower: string): boolean
  /** Adds what is missing, in place. */
  complete(fields: string[], status: number): void
  /** Null: the answer is not looked at. */
  watch(status: number, fields: readonly string[]): AnswerWatch | null
  /** Answers in place of the application; nothing of its answer has been sent. */
  refuse(refused: Refusal): void
  /** Something of it has. */
  broken(refused: Refusal): void
}

type Callback = (error?: Error | null) => void
type Writing = [chunk?: unknown, encoding?: unknown, callback?: unknown]

/**
 * Stands between an application and its client: every way in which a framework answers ends in `writeHead`, `write` and `end` of Node's
 * response. The head is completed; a body that is looked at is held back until it is whole, or looked at part by part.
 */
export class Outlet {
  private readonly options: OutletOptions
  private readonly response: ServerResponse
  /** As they were before: Node's own, or those of a middleware that came earlier. */
  private readonly under: Methods
  private watch: AnswerWatch | null = null
  private held: Held | null = null
  private state: 'new' | 'completed' | 'sent' | 'refused' = 'new'

  /** @param looks whether bodies may be looked at */
  static put(options: OutletOptions, looks: boolean): void {
    new Outlet(options).install(looks)
  }

  private constructor(options: OutletOptions) {
    this.options = options
    const { response } = options
    this.response = response
    this.under = methodsOf(response)
  }

  private install(looks: boolean): void {
    const { response } = this
    const head = { writeHead: (status: number, ...rest: [unknown?, unknown?]) => this.writeHead(status, rest) }
    if (!looks) Object.assign(response, head)
    else {
      Object.assign(response, head, {
        write: (...given: Writing) => this.write(given),
        end: (...given: Writing) => this.end(given),
        flushHeaders: () => this.flushHeaders(),
      })
    }
  }

  private writeHead(status: number, rest: readonly [unknown?, unknown?]): ServerResponse {
    const { response, options, under } = this
    if (this.state === 'refused') return response
    const reason = typeof rest[0] === 'string' ? rest[0] : undefined
    if (this.state === 'sent' || status < 200) return under.writeHead.apply(response, [status, ...rest] as [number])
    take(response, (reason === undefined ? rest[0] : rest[1]) as Given)
    for (const name of response.getHeaderNames()) if (options.hides(name)) response.removeHeader(name)
    const before = fieldsOf(response)
    const fields = [...before]
    this.watch = options.watch(status, fields)
    if (this.watch !== null && this.watch.refusal !== null) {
      this.instead(this.watch.refusal)
      return response
    }
    if (this.state === 'new') options.complete(fields, status)
    replace(response, before, fields)
    response.statusCode = status
    if (reason !== undefined) response.statusMessage = reason
    const bodiless = options.bodiless || status === 204 || status === 304
    if (this.watch === null || this.watch.wants === 'nothing' || bodiless) {
      this.watch = null
      this.state = 'sent'
      return under.writeHead.call(response, status)
    }
    // The head waits for the first part of the body that may go out.
    this.state = 'completed'
    this.held = this.watch.wants === 'whole' ? new Held() : null
    return response
  }

  private write(given: Writing): boolean {
    const [chunk, encoding, callback] = arranged(given)
    const bytes = this.look(chunk, encoding)
    if (bytes === null || this.held !== null) {
      if (callback !== undefined) queueMicrotask(callback)
      return true
    }
    this.state = 'sent'
    return this.under.write.call(this.response, bytes, 'utf8', callback)
  }

  private end(given: Writing): ServerResponse {
    const { response } = this
    const [chunk, encoding, callback] = arranged(given)
    const bytes = this.look(chunk ?? '', encoding)
    const last = bytes === null || this.held === null ? bytes : this.release(this.held)
    if (last === null) {
      if (callback !== undefined) queueMicrotask(callback)
      return response
    }
    this.state = 'sent'
    return this.under.end.call(response, last.length === 0 ? undefined : last, 'utf8', callback)
  }

  private flushHeaders(): void {
    if (this.state === 'new') this.response.writeHead(this.response.statusCode)
    if (this.state === 'refused' || this.held !== null) return
    this.state = 'sent'
    this.under.flushHeaders.call(this.response)
  }

  /** @returns what may go out of it, or null where it was refused */
  private look(chunk: unknown, encoding: BufferEncoding | undefined): Buffer | null {
    if (this.state === 'new') this.response.writeHead(this.response.statusCode)
    if (this.state === 'refused') return null
    const { watch, held } = this
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk, encoding) : Buffer.from(chunk as Uint8Array)
    if (watch === null) return bytes
    if (held === null) return this.part(watch, bytes)
    held.add(bytes)
    if (held.length <= watch.mostBytes) return bytes
    const all = held.bytes
    if (!this.judge(watch.beyond(all))) return null
    this.held = null
    return this.part(watch, all)
  }

  private part(watch: AnswerWatch, bytes: Buffer): Buffer | null {
    if (watch.wants !== 'windows' || bytes.length === 0) return bytes
    return this.judge(watch.part(bytes)) ? bytes : null
  }

  /** @returns the body that goes out, or null where it was refused */
  private release(held: Held): Buffer | null {
    const { watch, response } = this
    const read = watch?.whole(held.bytes) ?? { refusal: null, body: null }
    if (!this.judge(read.refusal)) return null
    this.held = null
    if (read.body === null) return held.bytes
    const fields = fieldsOf(response)
    replace(response, fields, changedFields(fields, read.body.length))
    return read.body
  }

  private judge(refusal: Refusal | null): boolean {
    if (refusal === null) return true
    if (this.state === 'sent') {
      this.state = 'refused'
      this.options.broken(refusal)
      // Never `end()`: the client must see that the body is not whole.
      this.response.destroy()
    } else this.instead(refusal)
    return false
  }

  /** Answers ourselves: what the application says from here on is heard by nobody. */
  private instead(refusal: Refusal): void {
    const { response } = this
    const ours = methodsOf(response)
    for (const name of response.getHeaderNames()) response.removeHeader(name)
    this.held = null
    Object.assign(response, this.under)
    this.state = 'refused'
    this.options.refuse(refusal)
    Object.assign(response, ours)
  }
}

type Methods = Pick<ServerResponse, 'writeHead' | 'write' | 'end' | 'flushHeaders'>

function methodsOf(response: ServerResponse): Methods {
  // oxlint-disable-next-line typescript/unbound-method -- they are called with the response as `this`, or put back onto it
  const { writeHead, write, end, flushHeaders } = response
  return { writeHead, write, end, flushHeaders }
}

type Given = OutgoingHttpHeaders | readonly OutgoingHttpHeader[] | undefined

/** The headers that are handed to `writeHead` replace those of their names that were set before. */
function take(response: ServerResponse, given: Given): void {
  if (given === undefined || given === null) return
  if (!Array.isArray(given)) {
    for (const [name, value] of Object.entries(given)) if (value !== undefined) response.setHeader(name, value)
    return
  }
  const list = given.flat() as string[]
  const seen = new Set<string>()
  for (let at = 0; at + 1 < list.length; at += 2) {
    const name = list[at] as string
    if (seen.has(name.toLowerCase())) response.appendHeader(name, list[at + 1] as string)
    else response.setHeader(name, list[at + 1] as string)
    seen.add(name.toLowerCase())
  }
}

/** Flat list of names and values. */
function fieldsOf(response: ServerResponse): string[] {
  const fields: string[] = []
  for (const name of response.getHeaderNames()) {
    const value = response.getHeader(name)
    if (Array.isArray(value)) for (const each of value) fields.push(name, each)
    else if (value !== undefined) fields.push(name, String(value))
  }
  return fields
}

/** Sets what is another than before. */
function replace(response: ServerResponse, before: readonly string[], after: readonly string[]): void {
  if (before.every((text, at) => text === after[at])) {
    for (let at = before.length; at + 1 < after.length; at += 2)
      response.appendHeader(after[at] as string, after[at + 1] as string)
    return
  }
  const old = byName(before)
  const now = byName(after)
  for (const [lower, { name }] of old) if (!now.has(lower)) response.removeHeader(name)
  for (const [lower, { name, values }] of now) {
    const known = old.get(lower)?.values
    if (known?.length === values.length && values.every((value, at) => value === known[at])) continue
    response.setHeader(name, values.length === 1 ? (values[0] as string) : values)
  }
}

function byName(fields: readonly string[]): Map<string, { readonly name: string; readonly values: string[] }> {
  const names = new Map<string, { readonly name: string; readonly values: string[] }>()
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const name = fields[at] as string
    const value = fields[at + 1] as string
    const known = names.get(name.toLowerCase())
    if (known === undefined) names.set(name.toLowerCase(), { name, values: [value] })
    else known.values.push(value)
  }
  return names
}

function arranged([first, second, third]: Writing): [unknown, BufferEncoding | undefined, Callback | undefined] {
  const callback = [first, second, third].find((each) => typeof each === 'function') as Callback | undefined
  const encoding = typeof second === 'string' ? (second as BufferEncoding) : undefined
  return [first === undefined || first === null || typeof first === 'function' ? null : first, encoding, callback]
}
