import type { Detector, DetectorName } from '@holdfast/detectors'
import { detectorsFor } from '../api/look.ts'
import type { Look } from '../api/types.ts'
import { endingOf, nameProblem } from '../read/filename.ts'
import { readJson } from '../read/json.ts'
import type { Part } from '../read/multipart.ts'
import type { Desk } from './parameters.ts'

/** What a part with a file name holds, by what it is said to be and what it looks like. */
type FileKind = 'markup' | 'json' | 'xml' | 'text' | 'picture' | 'binary'

const KINDS: ReadonlyMap<string, FileKind> = new Map<string, FileKind>([
  ...['svg', 'html', 'htm', 'xhtml', 'xht', 'mht', 'mhtml'].map((ending) => [ending, 'markup'] as const),
  ...['json', 'geojson', 'webmanifest'].map((ending) => [ending, 'json'] as const),
  ...['xml', 'xsl', 'xslt', 'xsd', 'rss', 'atom', 'gpx', 'kml'].map((ending) => [ending, 'xml'] as const),
  ...['txt', 'csv', 'tsv', 'md', 'log'].map((ending) => [ending, 'text'] as const),
  ...['png', 'jpg', 'jpeg', 'jfif', 'gif', 'webp', 'bmp', 'ico', 'tif', 'tiff', 'avif', 'heic'].map(
    (ending) => [ending, 'picture'] as const,
  ),
])
/** A text of this length may be a field that was sent as a file; a longer one is a document, which talks of anything. */
const MOST_FIELD = 4096
/** How a markup begins that browsers show as one, whatever it is called (WHATWG MIME Sniffing, 7.1). */
const MARKUP = /^[\s\xef\xbb\xbf]{0,64}<(?:!doctype\s+(?:html|svg)|html|svg|script|body|head|iframe|!--)/i
/** Code within a picture: a server that is made to run it, or a browser that is made to show it, finds it there. Archives and programs may hold it. */
const HIDDEN =
  /<\?php[\s(]|<\?=\s{0,4}(?:`|\$_[A-Z]|system|eval|exec|passthru)|<script[\s>/]|<%@\s{0,8}(?:page|import|language)\b|<%\s{0,8}(?:eval|execute|response\.|runtime)|<jsp:|<!--#\s?(?:exec|include)/i

/** A file that was uploaded: its name, and its content as far as somebody may read that as more than bytes. */
export function checkFile(desk: Desk, part: Part & { readonly filename: string }): void {
  const { name, filename, filenameBytes, media, bytes } = part
  desk.looker.value(filenameBytes, desk.free.text, 'file', name, false)
  const problem = nameProblem(filename)
  if (problem !== null) found(desk, name, problem.kind, problem.why, filenameBytes)
  if (filename === '' && bytes !== '') {
    desk.ledger.add({
      kind: 'ambiguity',
      code: 'multipart_ambiguous',
      place: 'body',
      name,
      by: 'empty-filename',
      why: 'a part with an empty file name and a content, which some readers take for a field',
    })
  }
  const kind = kindOf(filename, media, bytes)
  if (kind === 'json') {
    const json = readJson(textOf(bytes), desk.limits)
    if ('value' in json) desk.looker.tree(json.value, desk.free, desk.free.text, 'file')
    else desk.ledger.add({ kind: 'ambiguity', code: json.code, place: 'file', name, by: json.by, why: json.why })
  } else if (kind !== 'binary' && kind !== 'picture') {
    desk.looker.value(bytes, lookAt(desk, kind, bytes), 'file', name, false)
  } else if (kind === 'picture') {
    const hidden = HIDDEN.exec(bytes)
    if (hidden !== null) {
      found(desk, name, 'hidden-code', 'code within a picture', bytes.slice(hidden.index, hidden.index + 80))
    }
  }
}

function found(desk: Desk, name: string, kind: string, why: string, evidence: string): void {
  desk.ledger.add({
    kind: 'attack',
    code: 'attack_detected',
    place: 'file',
    name,
    by: 'upload',
    class: kind,
    context: 'an uploaded file',
    why,
    evidence,
  })
}

/** What it looks like goes before what it is called, and that before what it is said to be. */
function kindOf(filename: string, media: string | null, bytes: string): FileKind {
  if (MARKUP.test(bytes.slice(0, 128))) return 'markup'
  const byName = KINDS.get(endingOf(filename))
  if (byName !== undefined) return byName
  if (media === null) return 'binary'
  if (media === 'text/html' || media === 'image/svg+xml' || media === 'application/xhtml+xml') return 'markup'
  if (media === 'application/json' || media.endsWith('+json')) return 'json'
  if (media === 'text/xml' || media === 'application/xml' || media.endsWith('+xml')) return 'xml'
  if (media.startsWith('image/')) return 'picture'
  return media.startsWith('text/') ? 'text' : 'binary'
}

/** The detectors that fit. */
function lookAt({ free }: Desk, kind: FileKind, bytes: string): Look {
  const all = free.text.detectors
  const only = (...names: readonly DetectorName[]): readonly Detector[] =>
    all.filter((detector) => names.includes(detector.name))
  if (kind === 'xml') return { detectors: only('xml', 'html', 'deserialisation'), base64: false }
  if (kind === 'markup') {
    // A document type by itself is what programs that draw write.
    return { detectors: /<!entity/i.test(bytes) ? only('html', 'xml') : only('html'), base64: false }
  }
  return { detectors: detectorsFor(all, bytes.length <= MOST_FIELD ? 'text' : 'code', undefined, ''), base64: false }
}

function textOf(bytes: string): string {
  const text = Buffer.from(bytes, 'latin1').toString('utf8')
  return text.includes('\ufffd') ? bytes : text
}
