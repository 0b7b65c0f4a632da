import { table } from '../output/table.ts'
import type { Pasted } from './attacks.ts'
import type { Stack } from './index.ts'

/** What `start --demo` prints: where everything is, who may sign in, and what to try. */
export function summary({ url, shop, gateway, controlPlane, people }: Stack, attacks: readonly Pasted[]): string {
  const places = [
    `console      ${url}/console`,
    `shop         ${shop.url}/  (through the gateway)`,
    `gateway      ${gateway.url}  (the shop behind it: ${shop.upstream})`,
    ...(controlPlane.setupUrl === undefined ? [] : [`set-up link  ${controlPlane.setupUrl}`]),
  ]
  const shown = people.filter((person) => person.shown)
  return `
Holdfast is running, and guards a little shop.

${places.map((place) => `  ${place}\n`).join('')}
${indented(table(shown, { who: (p) => p.role, 'e-mail': (p) => p.email, password: (p) => p.password }, ''))}
  Here operators sign in by password alone (signin.mfa.admins is aal1); elsewhere they need a passkey.

Six attacks to paste into another terminal, as ben, a customer. Watch the events in the console, as ada.

${attacks.map(({ title, command, expected }, at) => `  ${at + 1}. ${title}\n     ${command}\n     -> ${expected}\n`).join('\n')}
  What the gateway refused, with the evidence: ${url}/console/protection/blocked/shop

Ctrl-C stops everything; the next start finds it as it was.
`
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, '  ')
}
