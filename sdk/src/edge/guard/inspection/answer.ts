import type { AnswerReader } from '@holdfast/inspection'
import type { Refusal } from '../refusal/catalogue.ts'

/** What becomes of an answer that is looked at. */
export interface AnswerWatch {
  /** After its head. */
  readonly refusal: Refusal | null
  /** `whole`: nothing is sent before all of it is there, up to `mostBytes`; `windows`: each part is looked at before it is sent on. */
  readonly wants: AnswerReader['wants']
  readonly mostBytes: number
  part(chunk: Buffer): Refusal | null
  /** @returns with it the body that goes out in place of the one that came, or null */
  whole(body: Buffer): { readonly refusal: Refusal | null; readonly body: Buffer | null }
  /** It is longer than what is looked at whole: here is its beginning. @returns null where it may go out all the same; `wants` is another then */
  beyond(beginning: Buffer): Refusal | null
}

/** What is said of a body that has been changed, and is not true of it any more. */
const ofTheBody: ReadonlySet<string> = new Set([
  'content-length',
  'etag',
  'accept-ranges',
  'content-md5',
  'digest',
  'content-digest',
  'repr-digest',
])

/** The fields of an answer whose body was changed. */
export function changedFields(fields: readonly string[], length: number): string[] {
  const kept = fields.filter((_, at) => !ofTheBody.has((fields[at - (at % 2)] ?? '').toLowerCase()))
  return [...kept, 'Content-Length', String(length)]
}

/** The body of an answer that is held back until it is whole. */
export class Held {
  readonly chunks: Buffer[] = []
  length = 0

  add(chunk: Buffer): void {
    this.chunks.push(chunk)
    this.length += chunk.length
  }

  get bytes(): Buffer {
    return Buffer.concat(this.chunks, this.length)
  }
}
