import type { PolicySetJson } from '@holdfast/policy'
import type { Uid } from '../../../platform/ports.ts'
import { declaredActions, isAction } from './search/actions.ts'
import { namedIn } from './search/named.ts'

/** The rules of an application, as far as they name actions. */
export interface Naming {
  readonly schemaJson: Readonly<Record<string, unknown>>
  readonly policies: PolicySetJson
}

const known = new WeakMap<object, readonly Uid[]>()

/** The actions that a schema declares or, where there is none, that the policies name. @param of kept as long as this is */
export function knownActions({ schemaJson, policies }: Naming, of: object = policies): readonly Uid[] {
  const before = known.get(of)
  if (before !== undefined) return before
  const actions =
    Object.keys(schemaJson).length > 0
      ? declaredActions(schemaJson).map(({ uid }) => uid)
      : [...namedIn([], policies)].flatMap(([type, ids]) =>
          isAction(type) ? [...ids].map((id) => ({ type, id })) : [],
        )
  known.set(of, actions)
  return actions
}

/** `PhotoApp::Action::"view"`, as Cedar writes it. */
const written = /^((?:[A-Za-z_]\w*::)*Action)::"((?:[^"\\]|\\["\\])*)"$/

/**
 * The action that a name means: written as Cedar writes it, or the plain id of `Action::"..."`; where only other namespaces know
 * the id, and one alone does, the one there.
 * @param actions the known ones
 */
export function actionOf(name: string, actions: readonly Uid[]): Uid {
  const [, type, id] = written.exec(name) ?? []
  if (type !== undefined && id !== undefined) return { type, id: id.replaceAll(/\\(["\\])/g, '$1') }
  const plain = { type: 'Action', id: name }
  const named = actions.filter((action) => action.id === name)
  return named.length === 1 && named[0] !== undefined ? named[0] : plain
}

/** The name under which a caller asks for an action: the plain id wherever that means this one. */
export function nameOf(action: Uid, actions: readonly Uid[]): string {
  const plain = actionOf(action.id, actions)
  if (plain.type === action.type && plain.id === action.id) return action.id
  return `${action.type}::"${action.id.replaceAll(/["\\]/g, '\\$&')}"`
}
