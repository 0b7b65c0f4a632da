import { clipText, isSecretName, scrubText } from '@holdfast/events'
import { percentDecode, textOf } from '../read/bytes.ts'

const LONGEST = 160

/** What of the client's data is shown: short, secrets replaced, control characters visible; nothing of what is named as a secret. */
export function evidenceOf(bytes: string, name: string): string {
  if (name !== '' && isSecretName(name.slice(name.lastIndexOf('/') + 1))) return ''
  const part = bytes.slice(0, 4 * LONGEST)
  const text = textOf(part) ?? part
  return clipText(text.replaceAll(/\p{Cc}/gu, visible), LONGEST)
}

/** What came before it was decoded; empty where the decoding hides a secret from who replaces them. */
export function arrivedOf(bytes: string, name: string): string {
  const part = bytes.slice(0, 4 * LONGEST)
  const decoded = percentDecode(percentDecode(part))
  return decoded === part || scrubText(decoded) === decoded ? evidenceOf(bytes, name) : ''
}

const visible = (character: string): string => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`

/** Names are the client's data, too. */
export function shortName(name: string): string {
  return clipText(name.replaceAll(/\p{Cc}/gu, visible), LONGEST)
}
