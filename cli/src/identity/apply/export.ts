import { Command } from 'commander'
import { stringify } from 'yaml'
import type { Open } from '../../cli.ts'
import { readLive } from './read-live.ts'
import { idOf, isOwnIdentifier, type Json, kindNames, textOf, type Thing } from './thing.ts'
import { microsoftTenant } from './wanted.ts'

type Members = Record<string, Json>

/** `holdfast identity export`: what is there, as `holdfast apply` takes it. */
export function exportCommand(open: Open): Command {
  return new Command('export')
    .description(
      'write applications, clients, connections, groups, branding and the sign-in policy as a file for "holdfast apply"',
    )
    .action(async (_options: object, command: Command) => {
      const { api, show } = open(command)
      const { things, spared } = await readLive(api, new Set(kindNames), undefined)
      const left = new Set(spared.map(idOf))
      const file = fileOf(things.filter((thing) => !left.has(idOf(thing))))
      show(file, () => `${note}${stringify(file, { lineWidth: 120, aliasDuplicateObjects: false })}`)
    })
}

const note = `# What "holdfast apply -f" takes. It holds no secrets: those of connections come from the variables that it names.
`

/** Things in the form of a file; what says nothing is left out. */
export function fileOf(things: readonly Thing[]): Record<string, Json> {
  const of = (kind: Thing['kind'], key?: string) =>
    things.filter((thing) => thing.kind === kind && (key === undefined || thing.key === key))
  const one = (kind: Thing['kind'], key: string) => of(kind, key)[0]?.fields ?? {}
  const groups = byKey(of('group'), ({ fields }) => said(fields))
  const applications = byKey(of('application'), ({ key, fields }) => {
    const clients = things
      .filter((thing) => thing.kind === 'client' && thing.key.startsWith(`${key}/`))
      .map((thing) => [thing.key.slice(key.length + 1), clientOf(thing)] as const)
    return said({
      ...fields,
      schema: one('schema', key)['text'] ?? null,
      resources: resourcesOf(one('resources', key)['items']),
      sessionLimits: whole(said(one('session limits', key))),
      branding: whole(said(one('branding', key))),
      clients: whole(Object.fromEntries(clients)),
    })
  })
  const connections = byKey(of('connection'), ({ key, fields }) => connectionOf(key, fields))
  const branding = whole(said(one('branding', '')))
  return said({
    groups: whole(groups),
    applications: whole(applications),
    connections: whole(connections),
    branding,
    signIn: whole(signInOf(one('sign-in policy', ''))),
  })
}

function signInOf(fields: Thing['fields']): Members {
  const { passwords, ...rest } = said(fields)
  return passwords === false ? { ...rest, passwords } : rest
}

function byKey(things: readonly Thing[], members: (thing: Thing) => Members): Members {
  return Object.fromEntries(things.map((thing) => [thing.key, members(thing)]))
}

function said(fields: Thing['fields']): Members {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null))
}

const whole = (members: Members): Members | null => (Object.keys(members).length === 0 ? null : members)

function clientOf({ fields }: Thing): Members {
  const { disabled, ...rest } = said(fields)
  return disabled === true ? { ...rest, disabled } : rest
}

/** Every application has its own identifier: it is written where it has scopes. */
function resourcesOf(items: Json | undefined): Json {
  const list = (items ?? []) as readonly { readonly identifier: string; readonly scopes: readonly Json[] }[]
  const told = list.filter(({ identifier, scopes }) => !isOwnIdentifier(identifier) || scopes.length > 0)
  return told.length === 0 ? null : told
}

function connectionOf(key: string, fields: Thing['fields']): Members {
  const { hasSecret, issuer, ...rest } = said(fields)
  const { preset } = fields
  const tenant = preset === 'microsoft' ? microsoftTenant(textOf(issuer)) : undefined
  return said({
    ...rest,
    issuer: tenant !== undefined || preset === 'google' ? null : (issuer ?? null),
    tenant: tenant ?? null,
    secretEnv: hasSecret === true ? `${key.toUpperCase().replaceAll('-', '_')}_CLIENT_SECRET` : null,
  })
}
