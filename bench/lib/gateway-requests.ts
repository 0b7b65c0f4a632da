import { type BenchRequest, get, post, words } from './crs-requests.ts'

export const HOST = 'shop.localhost:7480'

/** What is written on the wire: the same for all. @param sessions in turn one of these goes along as our cookie; none: two fresh cookies */
export function requestTexts(make: (word: () => string) => BenchRequest, sessions: readonly string[] = []) {
  const word = words()
  let turn = 0
  return (): string => {
    const { head, body } = make(word)
    const session = sessions[turn++ % sessions.length]
    let text = `${head.method} ${head.target} ${head.protocol}\r\n`
    for (const [name, value] of head.headers) {
      if (name === 'Host') text += `Host: ${HOST}\r\n`
      else if (name === 'Cookie' && session !== undefined)
        text += `Cookie: __Host-holdfast=${session}; theme=${word()}\r\n`
      else text += `${name}: ${value}\r\n`
    }
    // What a browser says of a page's own requests.
    if (head.method === 'POST') text += `Origin: http://${HOST}\r\n`
    return `${text}Sec-Fetch-Site: same-origin\r\n\r\n${body}`
  }
}

export const requests: readonly { readonly name: string; readonly make: (word: () => string) => BenchRequest }[] = [
  { name: 'GET, 4 arguments', make: get },
  { name: 'POST, 2 KiB of JSON, 98 values', make: post },
]
