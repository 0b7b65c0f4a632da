import { SecLangError } from '../error.ts'
import { regex } from '../operate/patterns.ts'
import type { Place } from '../parse/syntax.ts'
import { readTargets } from '../parse/targets.ts'
import { byIds, type Described } from '../plan/select.ts'
import type { State } from '../run/state.ts'
import { acceptor, type Exclusion } from '../target/exclusion.ts'
import type { Effect } from './link.ts'

/** All rules of the program, in their order: what ctl takes out is found among them when it is compiled. */
export type Rules = readonly Described[]

const PROCESSORS = ['URLENCODED', 'MULTIPART', 'JSON', 'XML']

/** `ruleRemoveById=1-9`, `ruleEngine=Off`, ... */
export function ctl(text: string, rules: Rules, place: Place): Effect {
  const divider = text.indexOf('=')
  const name = text.slice(0, Math.max(0, divider)).trim().toLowerCase()
  const value = text.slice(divider + 1).trim()
  const build = FORMS.get(name)
  if (build === undefined) throw invalid(place, `there is no ctl ${text}`)
  return build(value, rules, place)
}

type Form = (value: string, rules: Rules, place: Place) => Effect

const FORMS: ReadonlyMap<string, Form> = new Map<string, Form>([
  ['auditengine', (value, _, place) => setting('audit', value, ['on', 'off', 'relevantonly'], place)],
  [
    'auditlogparts',
    (value) => (state) => {
      const letters = value.slice(1).toUpperCase()
      if (value.startsWith('+')) state.auditParts += letters
      else if (value.startsWith('-'))
        state.auditParts = state.auditParts
          .split('')
          .filter((part) => !letters.includes(part))
          .join('')
      else state.auditParts = value.toUpperCase()
    },
  ],
  ['debugloglevel', () => () => undefined],
  ['forcerequestbodyvariable', (value, _, place) => flag('forceBody', value, place)],
  [
    'requestbodyprocessor',
    (value, _, place) => {
      const processor = value.toUpperCase()
      if (!PROCESSORS.includes(processor)) throw invalid(place, `there is no request body processor ${value}`)
      return (state) => {
        state.processor = processor
      }
    },
  ],
  ['requestbodyaccess', (value, _, place) => flag('bodyAccess', value, place)],
  ['responsebodyaccess', (value, _, place) => flag('responseBodyAccess', value, place)],
  ['ruleengine', (value, _, place) => setting('mode', value, ['on', 'off', 'detectiononly'], place)],
  ['ruleremovebyid', (value, rules, place) => remove(selected(rules, ids(value, place)))],
  [
    'ruleremovebymsg',
    (value, rules, place) =>
      remove(
        selected(
          rules,
          texts(value, place, ({ message }) => [message]),
        ),
      ),
  ],
  [
    'ruleremovebytag',
    (value, rules, place) =>
      remove(
        selected(
          rules,
          texts(value, place, ({ tags }) => tags),
        ),
      ),
  ],
  ['ruleremovetargetbyid', (value, rules, place) => exclude(value, place, (name) => selected(rules, ids(name, place)))],
  [
    'ruleremovetargetbymsg',
    (value, rules, place) =>
      exclude(value, place, (name) =>
        selected(
          rules,
          texts(name, place, ({ message }) => [message]),
        ),
      ),
  ],
  [
    'ruleremovetargetbytag',
    (value, rules, place) =>
      exclude(value, place, (name) =>
        selected(
          rules,
          texts(name, place, ({ tags }) => tags),
        ),
      ),
  ],
])

function setting<Key extends 'mode' | 'audit'>(
  key: Key,
  value: string,
  values: readonly State[Key][],
  place: Place,
): Effect {
  const found = values.find((each) => each === value.toLowerCase())
  if (found === undefined) throw invalid(place, `it is one of ${values.join(', ')}`)
  return (state: State) => {
    state[key] = found
  }
}

function flag(key: 'forceBody' | 'bodyAccess' | 'responseBodyAccess', value: string, place: Place): Effect {
  const on = ['on', 'off'].indexOf(value.toLowerCase())
  if (on < 0) throw invalid(place, 'it is On or Off')
  return (state) => {
    state[key] = on === 0
  }
}

type Selects = (rule: Described) => boolean

function ids(text: string, place: Place): Selects {
  const selects = byIds(text)
  if (selects === undefined) throw invalid(place, `${text} is no id and no range of ids`)
  return ({ id }) => selects(id)
}

function texts(source: string, place: Place, of: (rule: Described) => readonly string[]): Selects {
  const matcher = regex(source, place)
  return (rule) => of(rule).some((text) => matcher.test(text))
}

function selected(rules: Rules, selects: Selects): Uint8Array {
  return Uint8Array.from(rules, (rule) => (selects(rule) ? 1 : 0))
}

function remove(rules: Uint8Array): Effect {
  return (state) => {
    const all = state.removed?.slice() ?? new Uint8Array(rules.length)
    for (const [at, taken] of rules.entries()) if (taken === 1) all[at] = 1
    state.removed = all
  }
}

/** @param rules by their number: 1 for those that do not look at the targets any more */
export function exclusionsOf(rules: Uint8Array, targets: string, place: Place): Exclusion[] {
  return readTargets(targets, place).map(({ variable, selector }) => ({
    rules,
    variable,
    accepts: acceptor(selector, place),
  }))
}

/** `942100;ARGS:password`: what is left of the semicolon names rules, what is right of it a target. */
function exclude(text: string, place: Place, rulesOf: (name: string) => Uint8Array): Effect {
  const divider = text.indexOf(';')
  if (divider < 0) throw invalid(place, 'it takes rules and a target, with a semicolon between')
  const rules = rulesOf(text.slice(0, divider).trim())
  const exclusions = exclusionsOf(rules, text.slice(divider + 1), place)
  const [first] = exclusions
  return (state) => {
    if (first !== undefined && state.exclusions?.includes(first) === true) return
    state.exclusions = [...(state.exclusions ?? []), ...exclusions]
  }
}

function invalid(place: Place, message: string): SecLangError {
  return new SecLangError('action_invalid', message, place.file, place.line)
}
