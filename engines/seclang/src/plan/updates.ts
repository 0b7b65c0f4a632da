import { SecLangError } from '../error.ts'
import { regex } from '../operate/patterns.ts'
import { readActions } from '../parse/actions.ts'
import type { Action, Setting } from '../parse/syntax.ts'
import { readTargets } from '../parse/targets.ts'
import type { Marker, RuleGroup } from './group.ts'
import { byIds, described } from './select.ts'

type Update = (groups: (RuleGroup | Marker)[], setting: Setting) => (RuleGroup | Marker)[]

/** Of these a rule has one: an update replaces it. */
const SINGLE = new Set([
  'accuracy',
  'logdata',
  'maturity',
  'msg',
  'rev',
  'severity',
  'skip',
  'skipafter',
  'status',
  'ver',
])
const DISRUPTIVE = new Set(['allow', 'block', 'deny', 'drop', 'pass', 'redirect'])
const LOGGING = new Set(['log', 'nolog'])
const AUDITING = new Set(['auditlog', 'noauditlog'])

/** Directives that change rules, wherever they stand. By name in lower case. */
export const UPDATES: ReadonlyMap<string, Update> = new Map<string, Update>([
  ['secruleremovebyid', (groups, setting) => without(groups, idSelector(setting, setting.words.join(' ')))],
  [
    'secruleremovebymsg',
    (groups, setting) =>
      without(
        groups,
        textSelector(setting, ({ message }) => [message]),
      ),
  ],
  [
    'secruleremovebytag',
    (groups, setting) =>
      without(
        groups,
        textSelector(setting, ({ tags }) => tags),
      ),
  ],
  ['secruleupdateactionbyid', updateActions],
  ['secruleupdatetargetbyid', (groups, setting) => updateTargets(groups, setting, targetIds(setting))],
  [
    'secruleupdatetargetbymsg',
    (groups, setting) =>
      updateTargets(
        groups,
        setting,
        textSelector(setting, ({ message }) => [message]),
      ),
  ],
  [
    'secruleupdatetargetbytag',
    (groups, setting) =>
      updateTargets(
        groups,
        setting,
        textSelector(setting, ({ tags }) => tags),
      ),
  ],
])

type Selects = (group: RuleGroup) => boolean

function idSelector(setting: Setting, text: string): Selects {
  const selects = byIds(text)
  if (selects === undefined) throw invalid(setting, 'an id or a range of ids cannot be read')
  return ({ id }) => selects(id)
}

function targetIds(setting: Setting): Selects {
  return idSelector(setting, (setting.words[0] ?? '').replace(/:\d+$/, ''))
}

/** The first word is a regex over tags or messages. */
function textSelector(setting: Setting, texts: (rule: ReturnType<typeof described>) => readonly string[]): Selects {
  const [source] = setting.words
  if (source === undefined) throw invalid(setting, `${setting.name} needs a value`)
  const matcher = regex(source, setting.place)
  return (group) => texts(described(group)).some((text) => matcher.test(text))
}

function without(groups: (RuleGroup | Marker)[], selects: Selects): (RuleGroup | Marker)[] {
  return groups.filter((group) => group.kind === 'marker' || !selects(group))
}

/** `ID TARGETS [REPLACED]`: adds to what the head of the rule looks at; `!` takes out. A third word is replaced. */
function updateTargets(groups: (RuleGroup | Marker)[], setting: Setting, selects: Selects): (RuleGroup | Marker)[] {
  const [, added, replaced] = setting.words
  if (added === undefined) throw invalid(setting, 'it is not said what is looked at')
  const targets = readTargets(added, setting.place)
  const old = replaced === undefined ? [] : readTargets(replaced, setting.place)
  for (const group of groups) {
    const head = group.kind === 'group' ? group.links[0] : undefined
    if (group.kind === 'marker' || head === undefined || !selects(group)) continue
    const kept = head.targets.filter((target) => !old.some((each) => JSON.stringify(each) === JSON.stringify(target)))
    head.targets = [...kept, ...targets]
  }
  return groups
}

/** `ID[:OFFSET] ACTIONS`: the offset counts along the chain. */
function updateActions(groups: (RuleGroup | Marker)[], setting: Setting): (RuleGroup | Marker)[] {
  const [name = '', text] = setting.words
  const [ids = '', offset = '0'] = name.split(':')
  if (text === undefined || !/^\d+$/.test(offset)) throw invalid(setting, 'it takes an id and actions')
  const selects = idSelector(setting, ids)
  const added = readActions(text)
  const bound = added.find(({ name }) => name === 'id' || name === 'phase' || name === 'chain')
  if (bound !== undefined) throw invalid(setting, `${bound.name} cannot be changed`)
  for (const group of groups) {
    const link = group.kind === 'group' && selects(group) ? group.links[Number(offset)] : undefined
    if (link !== undefined) link.actions = updated(link.actions, added)
  }
  return groups
}

function updated(actions: readonly Action[], added: readonly Action[]): Action[] {
  const replaced = (old: Action) =>
    added.some(({ name }) => {
      if (SINGLE.has(name)) return name === old.name
      return [DISRUPTIVE, LOGGING, AUDITING].some((group) => group.has(name) && group.has(old.name))
    })
  return [...actions.filter((old) => !replaced(old)), ...added]
}

function invalid({ place }: Setting, message: string): SecLangError {
  return new SecLangError('argument_invalid', message, place.file, place.line)
}
