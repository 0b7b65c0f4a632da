// oxlint-disable no-control-regex -- formats of bytes begin with control characters
import type { Budget } from '../budget.ts'
import { hitOf } from '../hit.ts'
import type { Bytes, Detector, Hit } from '../types.ts'

interface Format {
  readonly name: string
  readonly pattern: RegExp
}

/** The heads of streams that build objects of any class while they are read, as bytes, in hexadecimal and in base64. */
const FORMATS: readonly Format[] = [
  // Java Object Serialization Specification, 6.4: STREAM_MAGIC, STREAM_VERSION.
  {
    name: 'Java',
    pattern: /\xac\xed\x00\x05|(?:^|[^a-z0-9])aced0005[0-9a-f]{4}|(?:^|[^A-Za-z0-9+/])rO0AB[A-Za-z0-9+/]{3}/,
  },
  {
    name: 'Java',
    pattern:
      /<(?:java\s[^>]{0,200}class\s{0,16}=\s{0,16}["']java\.beans\.XMLDecoder|void\s[^>]{0,200}class\s{0,16}=\s{0,16}["']java\.|object\s[^>]{0,200}class\s{0,16}=\s{0,16}["']java\.|dynamic-proxy>|sorted-set>\s{0,16}<|jdk\.nashorn|javax\.)/i,
  },
  {
    name: 'JSON with types',
    pattern:
      /["']@?\$?(?:type|class|c|clazz)["']\s{0,16}:\s{0,16}["'](?:com|org|java|javax|sun|ch|net|System|Microsoft)\.[\w.$]+|\[\s{0,16}["'](?:com\.sun|javax?\.|org\.apache|org\.springframework|ch\.qos)[\w.$]+["']\s{0,16},/,
  },
  // PHP manual, "serialize": an object is O:length:"class":count:{...}, and one with its own form is C.
  { name: 'PHP', pattern: /(?:^|[;{}=:|&\s])[OC]:\+?\d{1,4}:"[\w\\\x80-\xff]{1,200}":\d{1,5}:\{/ },
  // [MS-NRBF], 2.6.1: SerializationHeaderRecord.
  { name: '.NET', pattern: /\x00\x01\x00\x00\x00\xff\xff\xff\xff\x01|(?:^|[^A-Za-z0-9+/])AAEAAAD\/{5}/ },
  // PEP 307, PEP 3154: protocol 2 and on begin with PROTO; 0 and 1 with the opcodes of a global.
  {
    name: 'Python',
    pattern:
      /^\x80[\x02-\x05][\x80-\xff\x00-\x7f]{0,12}[c\x8c]|(?:^|\n)\(?c(?:os|posix|nt|subprocess|builtins|__builtin__|commands|sys|runpy)\n\w+\n|^(?:gAS[VB]|gA[JNR][A-Za-z])[A-Za-z0-9+/]{16}|^Y(?:29z|3Bvc2l4|19idWlsdGlu|3N1YnByb2Nlc3)[A-Za-z0-9+/]{4}/,
  },
  // ruby/doc/marshal.rdoc: version 4.8.
  {
    name: 'Ruby',
    pattern:
      /^\x04\x08[oIu[{:cCe@"]|^BAh[bJvpV1][A-Za-z0-9+/]{16}|--- !ruby\/|!ruby\/(?:object|hash|struct|sym|class|regexp)/,
  },
  {
    name: 'YAML',
    pattern:
      /!!(?:python\/[\w/]{1,60}:|java|javax\.|com\.sun|org\.|sun\.)|tag:yaml\.org,2002:(?:python|java|js\/function)|!!js\/function/,
  },
  { name: 'node-serialize', pattern: /_\$\$ND_(?:FUNC|CC)\$\$_/ },
]

/** Streams of objects that run what their classes do while they are read. */
export const deserialisation: Detector = {
  name: 'deserialisation',
  concerns: (classes) => (classes & ~0x20000007) !== 0 || (classes & 3) === 3,
  detect,
}

function detect(value: Bytes, budget: Budget): Hit | null {
  budget.take(value.length >> 3)
  for (const { name, pattern } of FORMATS) {
    const found = hitOf(pattern.exec(value), 'object', name, 'a stream that builds objects while it is read')
    if (found !== null) return found
  }
  return null
}
