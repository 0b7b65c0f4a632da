import { SecLangError, type SecLangCode } from '../error.ts'
import { networks } from './addresses.ts'
import { brokenUrlEncoding, brokenUtf8, byteRanges, outside } from './encodings.ts'
import { isCard, isCpf, isRut, isSsn, isSvnr } from './identities.ts'
import type { State } from '../run/state.ts'
import { COMPARISONS, integerOf } from './numbers.ts'
import { phrases, readLines, readPhrases, rx, verified } from './patterns.ts'
import { compared, type Operation, type OperatorSource, plain } from './types.ts'

type Build = (source: OperatorSource) => Operation

const WORD = /[0-9A-Za-z]/

function containsWord(value: string, word: string): boolean {
  if (word === '') return true
  for (let at = value.indexOf(word); at >= 0; at = value.indexOf(word, at + 1)) {
    const before = at > 0 && WORD.test(value.charAt(at - 1))
    const after = at + word.length < value.length && WORD.test(value.charAt(at + word.length))
    if (!before && !after) return true
  }
  return false
}

function compareText(matches: (value: string, argument: string) => boolean): Build {
  return ({ macro }) => compared(macro, matches)
}

function addresses(list: readonly string[], source: OperatorSource): Operation {
  const within = networks(list.filter((each) => each !== ''))
  if (within === undefined) throw refused(source, 'argument_invalid', 'an address or network cannot be read')
  // Many requests come from one address.
  let last = { address: '', inside: within('') }
  return plain((address) => {
    if (last.address !== address) last = { address, inside: within(address) }
    return last.inside
  })
}

function nid(source: OperatorSource): Operation {
  const [country = '', pattern = ''] = source.argument.split(/\s+(.*)/s)
  const holds = country === 'cl' ? isRut : country === 'us' ? isSsn : undefined
  if (holds === undefined) throw refused(source, 'argument_invalid', `validateNid knows cl and us, not ${country}`)
  return verified(pattern, source.place, holds)
}

function byteRange(source: OperatorSource): Operation {
  const allowed = byteRanges(source.argument)
  if (allowed === undefined) throw refused(source, 'argument_invalid', 'a range of bytes cannot be read')
  return plain((value) => outside(value, allowed))
}

function detector(kind: 'sqli' | 'xss'): Build {
  return (source) => {
    const detect = source.detectors?.[kind]
    if (detect === undefined) throw refused(source, 'detector_missing', `@${source.name} needs a detector`)
    return {
      dynamic: false,
      member: undefined,
      matches(value) {
        const found = detect(value)
        return found !== false && found !== null
      },
      captures(value) {
        const found = detect(value)
        return found === false || found === null ? undefined : [typeof found === 'string' ? found : value]
      },
    }
  }
}

const verify =
  (holds: (text: string) => boolean): Build =>
  ({ argument, place }) =>
    verified(argument, place, holds)

/** By name in lower case. Those that compare numbers are in COMPARISONS. */
const OPERATORS: ReadonlyMap<string, Build> = new Map<string, Build>([
  ['beginswith', compareText((value, argument) => value.startsWith(argument))],
  ['contains', compareText((value, argument) => value.includes(argument))],
  ['containsword', compareText(containsWord)],
  ['detectsqli', detector('sqli')],
  ['detectxss', detector('xss')],
  ['endswith', compareText((value, argument) => value.endsWith(argument))],
  [
    'ipmatch',
    (source) =>
      addresses(
        source.argument.split(',').map((each) => each.trim()),
        source,
      ),
  ],
  ['ipmatchf', (source) => addresses(readLines(source.file(source.argument.trim())), source)],
  ['ipmatchfromfile', (source) => addresses(readLines(source.file(source.argument.trim())), source)],
  ['nomatch', () => plain(() => false)],
  ['pm', ({ argument }) => phrases(readPhrases(argument))],
  ['pmf', ({ argument, file }) => phrases(filesOf(argument).flatMap((name) => readLines(file(name))))],
  ['pmfromfile', ({ argument, file }) => phrases(filesOf(argument).flatMap((name) => readLines(file(name))))],
  ['rx', rx],
  ['rxglobal', rx],
  ['streq', compareText((value, argument) => value === argument)],
  ['strmatch', compareText((value, argument) => value.includes(argument))],
  ['unconditionalmatch', () => plain(() => true)],
  ['validatebyterange', byteRange],
  ['validatenid', nid],
  ['validateurlencoding', () => plain(brokenUrlEncoding)],
  ['validateutf8encoding', () => plain(brokenUtf8)],
  ['verifycc', verify(isCard)],
  ['verifycpf', verify(isCpf)],
  ['verifyssn', verify(isSsn)],
  ['verifysvnr', verify(isSvnr)],
  ['within', compareText((value, argument) => argument.includes(value))],
])

/** Known, and not run here: they ask the network or a program, or need a validator of documents. */
const REFUSED: ReadonlyMap<string, string> = new Map([
  ['fuzzyhash', 'needs ssdeep'],
  ['geolookup', 'needs a database of addresses'],
  ['gsblookup', 'asks a foreign service'],
  ['inspectfile', 'runs a program'],
  ['rbl', 'asks the network for each request'],
  ['rsub', 'changes what is forwarded'],
  ['validatedtd', 'needs a validator of DTDs'],
  ['validatehash', 'needs links that were signed before'],
  ['validateschema', 'needs a validator of schemas: use the OpenAPI document of the backend'],
])

/** @throws SecLangError operator_unknown, operator_refused, argument_invalid, regex_invalid, detector_missing, file_missing */
export function buildOperator(source: OperatorSource): Operation {
  const reason = REFUSED.get(source.name)
  if (reason !== undefined) throw refused(source, 'operator_refused', `@${source.name} is not run: ${reason}`)
  const comparison = COMPARISONS.get(source.name)
  if (comparison !== undefined) {
    const { macro } = source
    const numeric = (value: number, state: State) => comparison(value, macro.number(state))
    return { ...compared(macro, (value, argument) => comparison(integerOf(value), integerOf(argument))), numeric }
  }
  const build = OPERATORS.get(source.name)
  if (build === undefined) throw refused(source, 'operator_unknown', `there is no operator @${source.name}`)
  return build(source)
}

function filesOf(argument: string): string[] {
  return argument.split(/\s+/).filter((name) => name !== '')
}

function refused({ place }: OperatorSource, code: SecLangCode, message: string): SecLangError {
  return new SecLangError(code, message, place.file, place.line)
}
