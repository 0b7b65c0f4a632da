import type { Uid } from '../../../platform/ports.ts'

/** `PhotoApp::Action::"view"`, as Cedar writes it. */
const written = /^((?:[A-Za-z_]\w*::)*Action)::"((?:[^"\\]|\\["\\])*)"$/

/**
 * The action that a name means: written as Cedar writes it, or the plain id of `Action::"..."`; where only other namespaces know
 * the id, and one alone does, the one there.
 * @param known the actions of the application: those that its schema declares, or, without one, those that its policies name
 */
export function actionOf(name: string, known: readonly Uid[]): Uid {
  const [, type, id] = written.exec(name) ?? []
  if (type !== undefined && id !== undefined) return { type, id: id.replaceAll(/\\(["\\])/g, '$1') }
  const plain = { type: 'Action', id: name }
  const named = known.filter((action) => action.id === name)
  return named.length === 1 && named[0] !== undefined ? named[0] : plain
}

/** The name under which a caller asks for an action: the plain id wherever that means this one. */
export function nameOf(action: Uid, known: readonly Uid[]): string {
  const plain = actionOf(action.id, known)
  if (plain.type === action.type && plain.id === action.id) return action.id
  return `${action.type}::"${action.id.replaceAll(/["\\]/g, '\\$&')}"`
}
