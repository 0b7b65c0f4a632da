import { STATUS_CODES } from 'node:http'
import type { ResponseHead } from '../upstream/response-head.ts'
import { type Exchanged, responseFields } from './response-fields.ts'

/** Writes out the head of a 101 for the client: the upstream's, less what may not pass, plus the fields of the hop. */
export function writeResponseHead(head: ResponseHead, exchanged: Exchanged): string {
  const fields = responseFields(head.fields, head.status, exchanged)
  let text = `HTTP/1.1 ${head.status} ${STATUS_CODES[head.status] ?? ''}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n`
  for (let i = 0; i < fields.length; i += 2) text += `${fields[i] ?? ''}: ${fields[i + 1] ?? ''}\r\n`
  return `${text}\r\n`
}
