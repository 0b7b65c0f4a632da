import { request } from 'node:http'
import { expect } from 'vitest'

/** A page, or whatever else an address answered when no more redirects came. */
export interface Seen {
  readonly url: URL
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly text: string
}

/**
 * A browser without a screen: keeps cookies of every host as browsers do (RFC 6265: by name, host and path, whatever the port), follows
 * redirects from host to host, sends forms, and holds to what a page's policy says about where its forms may lead.
 */
export interface Browser {
  open(url: string | URL): Promise<Seen>
  /** Sends the first form of a page as it is, with what was typed and the button that was pressed. */
  submit(page: Seen, typed?: Readonly<Record<string, string>>): Promise<Seen>
  /** What a script of a page sends to its own origin. */
  script(url: string | URL, body: object): Promise<Seen>
}

interface Cookie {
  readonly host: string
  readonly path: string
  readonly name: string
  readonly value: string
}

interface Sent {
  readonly method: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** What Chromium sends when it navigates: mod_auth_openidc looks at it. */
const navigates = {
  accept: 'text/html,application/xhtml+xml',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-dest': 'document',
}

/** @param end an address at which nobody listens: whoever is sent there has arrived */
export function startBrowser(end?: string): Browser {
  let cookies: Cookie[] = []
  const arrives = (at: string) => end !== undefined && at.startsWith(end)

  async function send(url: URL, { method, headers = {}, body }: Sent): Promise<Seen> {
    const mine = cookies.filter(({ host, path }) => host === url.hostname && isBelow(url.pathname, path))
    const cookie = mine.map(({ name, value }) => `${name}=${value}`).join('; ')
    return new Promise((resolve, reject) => {
      const asked = request(
        url,
        { method, headers: { ...headers, ...(cookie !== '' && { cookie }) }, agent: false },
        (answer) => {
          keep(url, answer.headers['set-cookie'] ?? [])
          const chunks: Buffer[] = []
          answer.on('data', (chunk: Buffer) => chunks.push(chunk))
          answer.on('error', reject)
          answer.on('end', () => {
            const flat = Object.entries(answer.headers).map(([name, value]) => [name, [value].flat().join(', ')])
            const text = Buffer.concat(chunks).toString('utf8')
            resolve({ url, status: answer.statusCode ?? 0, headers: Object.fromEntries(flat), text })
          })
        },
      )
      asked.on('error', reject)
      asked.end(body)
    })
  }

  function keep(url: URL, lines: readonly string[]): void {
    for (const line of lines) {
      const [, name = '', value = '', rest = ''] = /^([^=;]+)=([^;]*)(.*)$/.exec(line) ?? []
      const attribute = (of: string) => new RegExp(`;\\s*${of}=([^;]*)`, 'i').exec(rest)?.[1]
      const own = url.pathname.slice(0, url.pathname.lastIndexOf('/')) || '/'
      const path = attribute('path') ?? own
      const host = url.hostname
      cookies = cookies.filter((each) => each.name !== name || each.host !== host || each.path !== path)
      const until = attribute('max-age') === '0' ? 0 : Date.parse(attribute('expires') ?? '')
      if (Number.isNaN(until) || until > Date.now()) cookies.push({ host, path, name, value })
    }
  }

  async function follow(first: URL, sent: Sent, allowed: (url: URL) => void = () => {}): Promise<Seen> {
    let page = await send(first, sent)
    for (let hops = 0; page.status >= 300 && page.status < 400 && hops < 20; hops += 1) {
      const next = new URL(page.headers['location'] ?? '', page.url)
      allowed(next)
      if (arrives(next.href)) return { ...page, url: next }
      page = await send(next, { method: 'GET', headers: navigates })
    }
    // A page that sends on by itself ends what a form has begun.
    const [, to] = /^0; url=(.*)$/.exec(page.headers['refresh'] ?? '') ?? []
    if (to === undefined) return page
    return arrives(to) ? { ...page, url: new URL(to) } : follow(new URL(to), { method: 'GET', headers: navigates })
  }

  return {
    open: (url) => follow(new URL(url), { method: 'GET', headers: navigates }),
    async submit(page, typed = {}) {
      const [, attributes = '', inside = ''] = /<form([^>]*)>([\s\S]*?)<\/form>/i.exec(page.text) ?? []
      const target = new URL(attributeOf(attributes, 'action') ?? '', page.url)
      const inputs = [...inside.matchAll(/<input([^>]*)>/gi)].map(([, text = '']) => text)
      const hidden = inputs.filter((text) => attributeOf(text, 'type') === 'hidden')
      const fields = hidden.map((text) => [attributeOf(text, 'name') ?? '', attributeOf(text, 'value') ?? ''])
      const form = new URLSearchParams({ ...Object.fromEntries(fields), ...typed }).toString()
      if ((attributeOf(attributes, 'method') ?? 'get').toLowerCase() === 'get') {
        target.search = form
        return follow(target, { method: 'GET', headers: navigates })
      }
      const site = target.origin === page.url.origin ? 'same-origin' : 'cross-site'
      const headers = {
        ...navigates,
        'content-type': 'application/x-www-form-urlencoded',
        origin: page.url.origin,
        'sec-fetch-site': site,
      }
      const allowed = formsOf(page)
      allowed(target)
      return follow(target, { method: 'POST', headers, body: form }, allowed)
    },
    script(url, body) {
      const at = new URL(url)
      const headers = { 'content-type': 'application/json', origin: at.origin, 'sec-fetch-site': 'same-origin' }
      return send(at, { method: 'POST', headers, body: JSON.stringify(body) })
    },
  }
}

/** CSP 3, section 6.3.3 (form-action): Chromium holds every redirect after a form to it, too. */
function formsOf(page: Seen): (url: URL) => void {
  const policy = page.headers['content-security-policy'] ?? ''
  const sources = /form-action ([^;]*)/.exec(policy)?.[1]?.split(' ')
  return (url) => {
    if (sources === undefined) return
    expect(
      sources.map((source) => (source === "'self'" ? page.url.origin : source)),
      policy,
    ).toContain(url.origin)
  }
}

function attributeOf(text: string, name: string): string | undefined {
  const [, found] = new RegExp(`\\s${name}\\s*=\\s*"([^"]*)"`, 'i').exec(text) ?? []
  return found?.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}

function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`)
}
