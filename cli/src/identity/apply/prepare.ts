import { resolve } from 'node:path'
import type { Api } from '../../api/client.ts'
import { flawed } from '../../access/yaml-file.ts'
import { exitCodes, Failure } from '../../failure.ts'
import type { Terminal } from '../../terminal.ts'
import { type Change, owned, planOf } from './plan.ts'
import type { Entry, Files } from './read-files.ts'
import { type Live, readLive } from './read-live.ts'
import { isSame } from './same.ts'
import { checkSecretOut, readSecret } from './secrets.ts'
import { applicationOf, idOf, isOwnIdentifier, type Json, type KindName, textOf, type Thing } from './thing.ts'

export interface Asked {
  readonly prune: boolean
  /** send secrets of providers again that are there already: nobody can see whether they are others */
  readonly sendSecrets: boolean
}

export interface Prepared {
  readonly changes: readonly Change[]
  readonly live: Live
  /** what the entries say, by the id of their thing */
  readonly entries: ReadonlyMap<string, Entry>
  /** changes that send a secret, and which: null takes it away */
  readonly secrets: ReadonlyMap<Change, string | null>
}

/** Compares files with what is there. @throws Failure where they cannot be applied whatever is there */
export async function prepare(
  { api, env }: { readonly api: Api; readonly env: Terminal['env'] },
  files: Files,
  { prune, sendSecrets }: Asked,
): Promise<Prepared> {
  const owns = prune ? new Set([...files.owns].map((name) => owned[name])) : new Set<KindName>()
  const live = await readLive(api, kindsOf(files, owns), owns.has('application') ? undefined : applicationsOf(files))
  const entries = new Map(files.entries.map((entry) => [idOf(entry.thing), entry]))
  const wanted = files.entries.map(({ thing }) => completed(thing, live, files)).filter((thing) => says(thing, live))
  const spared = new Set(live.spared.map(idOf))
  const planned = planOf({ wanted, live: live.things, prune: owns, spared })
  const changes = sendSecrets ? [...planned, ...resent(planned, wanted, live, entries)] : planned
  refuseImpossible(changes, live, entries)
  const secrets = new Map<Change, string | null>()
  for (const change of changes) {
    const entry = entries.get(idOf(change.thing))
    if (entry?.secret === undefined || !sends(change, sendSecrets)) continue
    secrets.set(change, readSecret(entry.secret, entry.folder, env))
  }
  for (const change of changes) {
    const entry = entries.get(idOf(change.thing))
    if (entry?.secretOut !== undefined && makesSecret(change)) checkSecretOut(resolve(entry.folder, entry.secretOut))
  }
  return { changes, live, entries, secrets }
}

function kindsOf({ entries }: Files, owns: ReadonlySet<KindName>): ReadonlySet<KindName> {
  const kinds = new Set([...entries.map(({ thing }) => thing.kind), ...owns])
  // Its clients go with an application.
  if (owns.has('application')) kinds.add('client')
  // A scope that a client asks for may be among those of its application.
  if (kinds.has('client')) kinds.add('application')
  return kinds
}

function applicationsOf({ entries }: Files): ReadonlySet<string> {
  return new Set(entries.map(({ thing }) => applicationOf(thing)).filter((each) => each !== undefined))
}

/** What is always there of a new application need not be made when it is to say nothing. */
function says({ kind, key, fields }: Thing, { things }: Live): boolean {
  if (!['schema', 'session limits', 'branding'].includes(kind)) return true
  if (things.some((thing) => thing.kind === kind && thing.key === key)) return true
  return Object.values(fields).some((value) => value !== null)
}

interface Resource {
  readonly identifier: string
  readonly scopes: readonly { readonly name: string; readonly description: string }[]
}

/**
 * The identifier that every application has stays as it is where the file does not name it, and keeps the scopes that the
 * file's own clients ask for: the control plane declares those by itself.
 */
function completed(thing: Thing, { things }: Live, { entries }: Files): Thing {
  if (thing.kind !== 'resources') return thing
  const items = thing.fields['items'] as unknown as readonly Resource[]
  const there = things.find(({ kind, key }) => kind === 'resources' && key === thing.key)
  const has = (there?.fields['items'] as unknown as readonly Resource[] | undefined)?.find(({ identifier }) =>
    isOwnIdentifier(identifier),
  )
  if (has === undefined) return thing
  const said = items.find(({ identifier }) => isOwnIdentifier(identifier))
  const asked = new Set(
    entries
      .filter((each) => each.thing.kind === 'client' && applicationOf(each.thing) === thing.key)
      .flatMap((each) => textOf(each.thing.fields['scope']).split(' ')),
  )
  const declared = new Set(items.flatMap(({ scopes }) => scopes.map(({ name }) => name)))
  const kept = has.scopes.filter(({ name }) => asked.has(name) && !declared.has(name))
  const whole = said === undefined ? has : { ...said, scopes: [...said.scopes, ...kept] }
  const others = items.filter(({ identifier }) => !isOwnIdentifier(identifier))
  return { ...thing, fields: { items: [whole, ...others] as unknown as Json } }
}

/** Secrets are given for a place: with another one, the same secret must be given again. */
function sends(change: Change, sendSecrets: boolean): boolean {
  if (change.act === 'create') return true
  if (change.act === 'delete') return false
  return sendSecrets || change.fields.some(({ field }) => ['hasSecret', 'issuer', 'clientId'].includes(field))
}

/** Connections of which nothing changes but, perhaps, the secret. */
function resent(
  planned: readonly Change[],
  wanted: readonly Thing[],
  { things }: Live,
  entries: ReadonlyMap<string, Entry>,
): readonly Change[] {
  const changed = new Set(planned.map(({ thing }) => idOf(thing)))
  return wanted.flatMap((thing): readonly Change[] => {
    const before = things.find((each) => idOf(each) === idOf(thing))
    const { secret } = entries.get(idOf(thing)) ?? {}
    if (before === undefined || secret === undefined || secret.from === 'none' || changed.has(idOf(thing))) return []
    return [{ act: 'update', thing, before, fields: [] }]
  })
}

function makesSecret(change: Change): boolean {
  if (change.thing.kind !== 'client' || change.act === 'delete') return false
  const method = change.thing.fields['token_endpoint_auth_method']
  if (change.act === 'create') return method === undefined || textOf(method).startsWith('client_secret')
  return change.fields.some(
    ({ field, from, to }) =>
      field === 'token_endpoint_auth_method' &&
      textOf(to).startsWith('client_secret') &&
      !textOf(from).startsWith('client_secret'),
  )
}

/** What the control plane would refuse in the middle is refused before the first change. */
function refuseImpossible(changes: readonly Change[], live: Live, entries: ReadonlyMap<string, Entry>): void {
  const applications = new Set(
    [...live.things, ...[...entries.values()].map(({ thing }) => thing)]
      .filter(({ kind }) => kind === 'application')
      .map(({ key }) => key),
  )
  const builtin = new Set(live.spared.map(idOf))
  for (const change of changes) {
    const entry = entries.get(idOf(change.thing))
    if (entry === undefined || change.act === 'delete') continue
    const refuse = (message: string, ...inside: string[]): never => {
      const { parts } = flawed(entry.file, [{ path: [...entry.path, ...inside], message }])
      throw new Failure({ ...parts, exitCode: exitCodes.failed })
    }
    const { kind, key, fields } = change.thing
    const application = applicationOf(change.thing)
    if (builtin.has(idOf(change.thing)) && kind === 'group') refuse('is there from the start, and cannot be changed')
    if (application !== undefined && !applications.has(application))
      refuse('Holdfast itself is no application of yours')
    if (kind === 'client' && change.act === 'create') {
      const elsewhere = live.clients.get(key.split('/')[1] ?? '')
      if (elsewhere !== undefined && elsewhere !== application) refuse(`is a client of ${elsewhere} already`)
    }
    if (kind !== 'connection') continue
    if (change.act === 'create' && fields['clientId'] === undefined) refuse('needs clientId')
    const preset = change.act === 'update' && change.fields.find(({ field }) => field === 'preset')
    if (preset && !isSame(preset.from, preset.to)) {
      refuse(`is of the preset ${textOf(preset.from)}; make another connection`, 'preset')
    }
  }
}
