import type { Answer } from './http.ts'

/** @param cents undefined when nothing was paid */
export function euros(cents: number | undefined): string {
  return cents === undefined ? 'nothing' : `€${(cents / 100).toFixed(2)}`
}

/** Which of these texts were sent to the attacker. */
export function leaked(answers: readonly Answer[], sensitive: readonly string[]): string[] {
  // As a whole JSON string: four digits of a card are part of many an id.
  return sensitive.filter((text) => answers.some((answer) => answer.text.includes(JSON.stringify(text))))
}
