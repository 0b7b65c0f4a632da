import { ADDRESS_DETECTORS, classesOf, type Detector, type DetectorName, DETECTORS } from '@holdfast/detectors'

/** Bytes of which no attack is made: letters, digits, `_` and `-`. */
const HARMLESS = classesOf('aA0_-')

export function harmless(classes: number): boolean {
  return (classes & ~HARMLESS) === 0
}

/** What an address in a field for addresses is asked beside the others. */
const OF_ADDRESSES: readonly Detector[] = ADDRESS_DETECTORS.filter((detector) => !DETECTORS.includes(detector))
/** Talk about addresses and files is no access to them. */
const NOT_IN_PROSE: ReadonlySet<string> = new Set(['ssrf', 'path', 'include'])
/** Code may be anything, until something reads it as its own. */
const IN_CODE: ReadonlySet<string> = new Set<DetectorName>(['header', 'deserialisation'])
const ADDRESSES: ReadonlySet<string> = new Set(['uri', 'url', 'iri', 'hostname', 'idn-hostname'])
const PROSE =
  /^(?:description|comments?|text|body|message|title|subject|bio|about|notes?|reviews?|summary|caption|content|markdown|html|feedback|answer|question|reason)$/i

/**
 * The detectors that fit a text.
 * @param content `x-holdfast-content`: text, markdown, html, code, url, filename
 * @param format of the schema
 * @param name of the member or parameter
 */
export function detectorsFor(
  all: readonly Detector[],
  content: unknown,
  format: unknown,
  name: string,
): readonly Detector[] {
  const kind = typeof content === 'string' ? content : kindOf(format, name)
  switch (kind) {
    case 'text':
    case 'markdown':
      return all.filter((detector) => !NOT_IN_PROSE.has(detector.name))
    case 'html':
      return all.filter((detector) => !NOT_IN_PROSE.has(detector.name) && detector.name !== 'html')
    case 'code':
      return all.filter((detector) => IN_CODE.has(detector.name))
    case 'url':
      return [...all, ...OF_ADDRESSES]
    default:
      return all
  }
}

function kindOf(format: unknown, name: string): string {
  if (format === 'html' || format === 'markdown') return format
  if (typeof format === 'string' && ADDRESSES.has(format)) return 'url'
  return format === undefined && PROSE.test(name) ? 'text' : 'value'
}
