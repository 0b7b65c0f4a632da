import type { IncomingMessage, ServerResponse } from 'node:http'
import { CSP_GROUPS_MOST, type CspReportsRequest } from '@holdfast/bundle'
import { ReportGroups, readReports } from '@holdfast/http-guard'
import { type Refusal, refusal } from '../refusal/catalogue.ts'
import type { RequestHead } from '../request/head.ts'

/** Bytes of one body; browsers put a handful of reports into it. */
const mostBytes = 64 * 1024
const flushMs = 5_000
const types = /^\s*application\/(?:csp-report|reports\+json|json)\s*(?:;|$)/i

export interface ReportsOptions {
  readonly ship: (request: CspReportsRequest) => Promise<void>
}

/**
 * Collects what browsers report (CSP3 section 5, Reporting API section 3.2). Anybody can send it, so nothing is kept but counts, of so many
 * kinds; what cannot be handed over is lost.
 */
export class Reports {
  private readonly options: ReportsOptions
  private readonly groups = new Map<string, ReportGroups>()
  private readonly timer: NodeJS.Timeout

  constructor(options: ReportsOptions) {
    this.options = options
    this.timer = setInterval(() => void this.flush(), flushMs)
    this.timer.unref()
  }

  /** Answers 204 to whatever could be read. */
  async take(
    {
      request,
      response,
      head,
      requestId,
    }: { request: IncomingMessage; response: ServerResponse; head: RequestHead; requestId: string },
    application: string,
  ): Promise<Refusal | null> {
    if (head.method !== 'POST') return refusal('method_refused', 'Use POST.', ['Allow', 'POST'])
    if (!types.test(request.headers['content-type'] ?? '')) {
      return refusal('request_malformed', 'Send application/csp-report or application/reports+json.')
    }
    const { framing } = head
    if (framing.kind === 'length' && framing.bytes > mostBytes) return tooLarge
    const text = await readBody(request)
    if (text === null) return tooLarge
    for (const report of readReports(parse(text), head.host)) this.groupsOf(application).add(report)
    response.writeHead(204, ['Cache-Control', 'no-store', 'X-Request-Id', requestId]).end()
    return null
  }

  /** Hands over what has been counted. */
  async flush(): Promise<void> {
    const due = [...this.groups].map(([application, groups]) => ({ application, groups: groups.take() }))
    this.groups.clear()
    for (const { application, groups } of due) {
      if (groups.length === 0) continue
      try {
        await this.options.ship({ application, groups })
      } catch {
        // Reports come again.
      }
    }
  }

  async close(): Promise<void> {
    clearInterval(this.timer)
    await this.flush()
  }

  private groupsOf(application: string): ReportGroups {
    const known = this.groups.get(application)
    if (known !== undefined) return known
    const groups = new ReportGroups(CSP_GROUPS_MOST)
    this.groups.set(application, groups)
    return groups
  }
}

const tooLarge = refusal('body_too_large', `At most ${mostBytes} bytes of reports are accepted.`)

/** Null when it is too long. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = []
  let length = 0
  const { promise, resolve } = Promise.withResolvers<string | null>()
  const over = (text: string | null): void => {
    request.off('data', onData)
    resolve(text)
  }
  const onData = (chunk: Buffer): void => {
    length += chunk.length
    if (length > mostBytes) over(null)
    else chunks.push(chunk)
  }
  request
    .on('data', onData)
    .once('end', () => over(Buffer.concat(chunks).toString()))
    .once('close', () => over(null))
  return promise
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
