import { send, type Answer, type Sending } from './http.ts'

/** A person at a browser without JavaScript: keeps cookies, follows redirects, fills in forms. */
export interface Browser {
  /** @param url absolute */
  open(url: string): Promise<Page>
  /** Fills in the form of the page that has these fields, and sends it as a browser does. */
  submit(page: Page, fields: Readonly<Record<string, string>>): Promise<Page>
  post(url: string): Promise<Page>
  /** The cookie of this name that the host of the URL has set, or undefined. */
  cookie(url: string, name: string): string | undefined
}

interface Page {
  readonly url: string
  readonly answer: Answer
}

const REDIRECTS = 10

export function openBrowser(): Browser {
  // Cookies go by host name and ignore ports (RFC 6265, section 8.5); every cookie here is a __Host- one, so Path is /.
  const jars = new Map<string, Map<string, string>>()

  async function once(url: URL, sending: Omit<Sending, 'path'>): Promise<Answer> {
    const jar = jars.get(url.hostname) ?? new Map<string, string>()
    jars.set(url.hostname, jar)
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = { accept: 'text/html', ...(cookie === '' ? {} : { cookie }), ...sending.headers }
    const answer = await send(url.origin, { ...sending, headers, path: `${url.pathname}${url.search}` })
    for (const line of answer.headers['set-cookie'] ?? []) keep(jar, line)
    return answer
  }

  async function follow(first: URL, sending: Omit<Sending, 'path'>): Promise<Page> {
    let url = first
    let answer = await once(url, sending)
    for (let step = 0; step < REDIRECTS; step++) {
      const { location } = answer.headers
      if (answer.status < 300 || answer.status > 399 || location === undefined) return { url: url.href, answer }
      url = new URL(location, url)
      answer = await once(url, { method: 'GET' })
    }
    throw new Error(`${first.href} redirects without end.`)
  }

  return {
    open: (url) => follow(new URL(url), { method: 'GET' }),
    submit: async (page, fields) => {
      const form = formWith(page, Object.keys(fields))
      return follow(form.action, urlencoded(form.action.origin, { ...form.hidden, ...fields }))
    },
    post: (url) => follow(new URL(url), urlencoded(new URL(url).origin, {})),
    cookie: (url, name) => jars.get(new URL(url).hostname)?.get(name),
  }
}

function urlencoded(origin: string, fields: Readonly<Record<string, string>>): Omit<Sending, 'path'> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded', origin, 'sec-fetch-site': 'same-origin' }
  return { method: 'POST', headers, body: new URLSearchParams(fields).toString() }
}

function keep(jar: Map<string, string>, line: string): void {
  const [pair = '', ...attributes] = line.split(';')
  const equals = pair.indexOf('=')
  const name = pair.slice(0, equals).trim()
  const ends = attributes.some((attribute) => /^\s*max-age\s*=\s*0\s*$/i.test(attribute))
  if (ends || pair.length === equals + 1) jar.delete(name)
  else jar.set(name, pair.slice(equals + 1).trim())
}

/** Good enough for the server-rendered forms of Holdfast and of the shop; no parser of HTML at large. */
function formWith(page: Page, names: readonly string[]): { action: URL; hidden: Record<string, string> } {
  for (const [, head = '', inside = ''] of page.answer.text.matchAll(/<form\b([^>]*)>(.*?)<\/form>/gis)) {
    const inputs = [...inside.matchAll(/<(?:input|button)\b([^>]*)>/gi)].map(([, attributes = '']) => ({
      name: attribute(attributes, 'name'),
      type: attribute(attributes, 'type'),
      value: attribute(attributes, 'value'),
    }))
    if (!names.every((name) => inputs.some((input) => input.name === name))) continue
    const hidden = inputs.filter((input) => input.type === 'hidden').map(({ name, value }) => [name, value])
    return { action: new URL(attribute(head, 'action') || page.url, page.url), hidden: Object.fromEntries(hidden) }
  }
  throw new Error(`${page.url} (${page.answer.status}) has no form with ${names.join(' and ')}.`)
}

function attribute(text: string, name: string): string {
  const value = new RegExp(`\\b${name}\\s*=\\s*"([^"]*)"`, 'i').exec(text)?.[1] ?? ''
  return value
    .replaceAll('&quot;', '"')
    .replaceAll('&#34;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
}
