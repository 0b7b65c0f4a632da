import { clipText, isSecretName } from '@holdfast/events'
import { textOf } from '../read/bytes.ts'

const LONGEST = 160

/** What of the client's data is shown: short, secrets replaced, control characters visible; nothing of what is named as a secret. */
export function evidenceOf(bytes: string, name: string): string {
  if (name !== '' && isSecretName(name.slice(name.lastIndexOf('/') + 1))) return ''
  const part = bytes.slice(0, 4 * LONGEST)
  const text = textOf(part) ?? part
  return clipText(text.replaceAll(/\p{Cc}/gu, visible), LONGEST)
}

const visible = (character: string): string => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`

/** Names are the client's data, too. */
export function shortName(name: string): string {
  return clipText(name.replaceAll(/\p{Cc}/gu, visible), LONGEST)
}
