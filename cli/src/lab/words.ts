import type { Answer } from './http.ts'

/** @param cents undefined when nothing was paid */
export function euros(cents: number | undefined): string {
  return cents === undefined ? 'nothing' : `€${(cents / 100).toFixed(2)}`
}

/** As markup, and under a policy that lets it run. */
export function scriptRuns({ text, headers }: Answer, script: string): boolean {
  const policy = headers['content-security-policy'] ?? ''
  const forbidden = /default-src 'none'/.test(String(policy)) && !/script-src/.test(String(policy))
  return text.includes(script) || (!forbidden && /<script|onerror=/i.test(text.replaceAll('&lt;', '')))
}

/** Which of these texts were sent to the attacker. */
export function leaked(answers: readonly Answer[], sensitive: readonly string[]): string[] {
  // As a whole JSON string: four digits of a card are part of many an id.
  return sensitive.filter((text) => answers.some((answer) => answer.text.includes(JSON.stringify(text))))
}
