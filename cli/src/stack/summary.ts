import { table } from '../output/table.ts'
import type { Pasted } from './attacks.ts'
import type { Stack } from './index.ts'

/** What `start --demo` prints: where everything is, who may sign in, and what to try. */
export function summary({ url, shop, gateway, controlPlane, people }: Stack, attacks: readonly Pasted[]): string {
  const places = [
    { what: 'console', where: `${url}/console`, note: 'sign in as ada' },
    { what: 'shop', where: `${shop.url}/`, note: 'through the gateway; sign in as ben or mia' },
    { what: 'gateway', where: gateway.url, note: `the shop itself is at ${shop.upstream}` },
    ...(controlPlane.setupUrl === undefined
      ? []
      : [{ what: 'set-up link', where: controlPlane.setupUrl, note: 'makes you the first operator' }]),
  ]
  const shown = people.filter((person) => person.shown)
  return `
Holdfast is running, and guards a little shop.

${indented(table(places, { '': (p) => p.what, where: (p) => p.where, ' ': (p) => p.note }, ''), 1)}
${indented(table(shown, { who: (p) => p.role, 'e-mail': (p) => p.email, password: (p) => p.password }, ''))}
Five attacks to paste into another terminal, as ben, a customer. Each leaves an event in the console.

${attacks.map(({ title, command, expected }, at) => `  ${at + 1}. ${title}\n     ${command}\n     -> ${expected}\n`).join('\n')}
Ctrl-C stops everything; the next start finds it as it was.
`
}

/** @param skip lines at the top that are not shown, as a heading that says nothing */
function indented(text: string, skip = 0): string {
  return text
    .split('\n')
    .slice(skip)
    .map((line) => (line === '' ? '' : `  ${line}`))
    .join('\n')
}
