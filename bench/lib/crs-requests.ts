import type { Header, RequestHead } from '@holdfast/seclang'

export interface BenchRequest {
  readonly head: RequestHead
  readonly body: string
}

/** Words that no request before had: what is remembered of other requests does not help with them. */
export function words(): () => string {
  let seed = 20_261_122
  const random = () => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff
    return seed / 0x7fffffff
  }
  return () => {
    const length = 4 + Math.floor(random() * 7)
    return Array.from({ length }, () => String.fromCharCode(97 + Math.floor(random() * 26))).join('')
  }
}

const BROWSER: readonly Header[] = [
  ['Host', 'shop.example.com'],
  ['User-Agent', 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'],
  ['Accept', 'text/html,application/json;q=0.9,*/*;q=0.8'],
  ['Accept-Encoding', 'gzip, deflate, br'],
  ['Accept-Language', 'en-GB,en;q=0.5'],
]

/** 4 arguments, 6 headers, 2 cookies. */
export function get(word: () => string): BenchRequest {
  const target = `/products/search?q=${word()}+${word()}&page=${word().length}&sort=${word()}&category=${word()}`
  const headers: readonly Header[] = [...BROWSER, ['Cookie', `session=${word()}${word()}${word()}; theme=${word()}`]]
  return { head: { method: 'GET', target, protocol: 'HTTP/1.1', headers }, body: '' }
}

/** About 2 KiB of JSON, 98 arguments. */
export function post(word: () => string): BenchRequest {
  const items = Array.from({ length: 14 }, (_, item) => [
    `item${item}`,
    Object.fromEntries(Array.from({ length: 7 }, (_, field) => [`field${field}`, field % 3 === 0 ? item * 7 : word()])),
  ])
  const body = JSON.stringify(Object.fromEntries(items))
  const { head } = get(word)
  const headers: readonly Header[] = [
    ...head.headers,
    ['Content-Type', 'application/json'],
    ['Content-Length', String(body.length)],
  ]
  return { head: { method: 'POST', target: '/api/orders', protocol: 'HTTP/1.1', headers }, body }
}

/** A form with one value, in UTF-8; what else is special in it is the value's own affair. */
export function form(value: string): BenchRequest {
  const body = `text=${Buffer.from(value.replaceAll('&', '%26')).toString('latin1')}`
  const headers: readonly Header[] = [...BROWSER, ['Content-Type', 'application/x-www-form-urlencoded']]
  return { head: { method: 'POST', target: '/notes', protocol: 'HTTP/1.1', headers }, body }
}

/** A form whose one value is 64 KiB of a piece, over and over with other words. */
export function longForm(piece: () => string): BenchRequest {
  let text = ''
  while (text.length < 65_536) text += piece()
  return form(text.slice(0, 65_536))
}

/** What decoders, tokenisers and rules must each do their most for. */
export const hostilePiece = (word: () => string): string =>
  `%26lt;%5Cu003c/*${word()}*/%27--+UNION${word()}..%2F%2523%5C7b(`

/** JSON with one value. */
export function json(value: string): BenchRequest {
  const body = Buffer.from(JSON.stringify({ text: value })).toString('latin1')
  const headers: readonly Header[] = [
    ...BROWSER,
    ['Content-Type', 'application/json'],
    ['Content-Length', String(body.length)],
  ]
  return { head: { method: 'POST', target: '/notes', protocol: 'HTTP/1.1', headers }, body }
}
