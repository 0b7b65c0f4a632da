import type { RequestHead } from '@holdfast/sdk/edge/guard'

/** Fields by which a client asks for the answer in another form, or for a part of it (RFC 9110 sections 12.5.3, 13.1.5, 14.2). */
const form = ['accept-encoding', 'if-range', 'range']
const ofTheForm: ReadonlySet<string> = new Set(form)
/** And those by which it asks whether there is anything new (RFC 9110 section 13.1). */
const ofTheState: ReadonlySet<string> = new Set([...form, 'if-modified-since', 'if-none-match'])

/**
 * The head as it goes on. Whoever asks for the answer zipped, or in parts, would have one that cannot be read; one that is masked is another
 * than the application knows, too.
 */
export function askedOfUpstream(head: RequestHead, { reads, masks }: { reads: boolean; masks: boolean }): RequestHead {
  if (masks) return without(head, ofTheState)
  return reads ? without(head, ofTheForm) : head
}

function without(head: RequestHead, names: ReadonlySet<string>): RequestHead {
  const { fields } = head
  return { ...head, fields: fields.filter((_, at) => !names.has((fields[at - (at % 2)] ?? '').toLowerCase())) }
}
