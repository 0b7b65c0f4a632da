import { Command } from 'commander'
import { type Api, segment } from '../api/client.ts'
import type { Person, Uid } from '../api/types.ts'
import { findPrincipal } from '../api/uid.ts'
import type { Open } from '../cli.ts'
import { exitCodes, usage } from '../failure.ts'
import { printable } from '../output/printable.ts'

interface Explained {
  readonly outcome: 'pass' | 'report' | 'refuse'
  readonly code: string | null
  readonly detail: string
  readonly route: {
    readonly index: number
    readonly path: string
    readonly method: string | null
    readonly action: string | null
  } | null
  readonly public: boolean
  readonly modes: { readonly policy: string; readonly csrf: string; readonly inspection: string | null }
  readonly resource: Uid | null
  readonly decision: {
    readonly decision: string
    readonly policies: readonly string[]
    readonly errors: readonly { readonly policy: string; readonly message: string }[]
  } | null
  readonly masked: boolean
}

interface Options {
  readonly as?: string
  readonly acr?: string
}

export function explainCommand(open: Open): Command {
  return new Command('explain')
    .description('what the gateways would decide: holdfast protection explain shop DELETE /products/7 --as ada')
    .argument('<application>')
    .argument('<method>')
    .argument('<path>', 'with its query')
    .option(
      '--as <principal>',
      `who asks: a name, an e-mail address, or a uid as 'Service::"..."'; nobody when not said`,
    )
    .option('--acr <acr>', 'how well they have signed in: aal1, aal2, phr')
    .action(async (application: string, method: string, path: string, { as, acr }: Options, command: Command) => {
      const { api, show, end } = open(command)
      const explained = await api.post<Explained>(`/applications/${segment(application)}/protection/explain`, {
        method: method.toUpperCase(),
        path,
        ...(as !== undefined && { principal: await whoIs(api, as) }),
        ...(acr !== undefined && { acr }),
      })
      show(explained, () => described(explained))
      end(explained.outcome === 'refuse' ? exitCodes.failed : exitCodes.ok)
    })
}

/** An e-mail address, a uid, or what only one person's name or address begins with: `ada`. */
async function whoIs(api: Api, text: string): Promise<Uid> {
  if (/::|@/.test(text)) return findPrincipal(api, text)
  const wanted = text.toLowerCase()
  const people = await api.all<Person>('/people', { query: text })
  const found = people.filter(
    ({ name, email }) => name.toLowerCase() === wanted || email.toLowerCase().startsWith(`${wanted}@`),
  )
  const [only] = found
  if (only !== undefined && found.length === 1) return { type: 'Person', id: only.id }
  throw usage(`${found.length === 0 ? 'Nobody is' : 'Several people are'} called ${text}.`, 'Write the e-mail address.')
}

/** A line each. */
function described({ outcome, code, detail, route, resource, decision, masked, modes, ...more }: Explained): string {
  const first = code === null ? outcome : `${outcome} (${code})`
  const lines = [
    first,
    `  ${detail}`,
    route === null
      ? `  no route; ${more.public ? 'a public path' : 'not public'}`
      : `  route ${route.index + 1}: ${route.method ?? '*'} ${route.path}${route.action === null ? '' : `, action ${route.action}`}`,
    ...(resource === null ? [] : [`  resource ${resource.type}::${JSON.stringify(resource.id)}`]),
    ...(decision === null ? [] : decision.policies.map((policy) => `  ${decision.decision} by ${policy}`)),
    ...(decision?.errors ?? []).map(({ policy, message }) => `  error in ${policy}: ${message}`),
    ...(masked ? ['  the answer is reduced to what they may see'] : []),
    `  policy ${modes.policy}, csrf ${modes.csrf}, inspection ${modes.inspection ?? 'as set'}`,
  ]
  return `${lines.map(printable).join('\n')}\n`
}
