import { type Api, segment } from '../../api/client.ts'
import type { Me } from '../../api/types.ts'
import { Failure } from '../../failure.ts'
import type { Change } from './plan.ts'
import { applicationOf, nameOf, type Thing } from './thing.ts'

/** The actions of Holdfast's own policies that changes need; those of single groups and connections are asked for by each request. */
const actions: Readonly<Record<string, string>> = {
  'create group': 'createGroup',
  'create application': 'createApplication',
  'update application': 'updateApplication',
  'delete application': 'deleteApplication',
  'update schema': 'writeSchema',
  'update resources': 'changeResources',
  'update session limits': 'updateApplication',
  'create client': 'createClient',
  'update client': 'updateClient',
  'delete client': 'deleteClient',
  'create connection': 'createConnection',
  'update branding': 'changeBranding',
  'update sign-in policy': 'changeSignInPolicy',
}

/**
 * Asks before anything is done whether all of it may be done, so that a missing right does not stop it half-way. Each request
 * is decided anew all the same.
 * @param live what is there: of an application that is yet to be made, nothing can be asked
 * @throws Failure (`forbidden`), which names each change
 */
export async function refuseWhatIsForbidden(
  api: Api,
  changes: readonly Change[],
  live: readonly Thing[],
): Promise<void> {
  if (changes.length === 0) return
  const applications = new Set(live.filter(({ kind }) => kind === 'application').map(({ key }) => key))
  const here = new Set((await api.get<Me>('/me')).actions)
  const known = new Map<string, ReadonlySet<string>>()
  const denied: string[] = []
  for (const { act, thing } of changes) {
    const action = actions[`${act} ${thing.kind}`]
    if (action === undefined) continue
    const application = applicationOf(thing)
    let may = here
    if (application !== undefined && !(act === 'create' && thing.kind === 'application')) {
      if (!applications.has(application)) continue
      const there = known.get(application) ?? (await mayAt(api, application))
      known.set(application, there)
      may = new Set(there)
    }
    if (!may.has(action)) denied.push(`${act} ${nameOf(thing)}: needs ${action}`)
  }
  if (denied.length === 0) return
  throw new Failure({
    code: 'forbidden',
    detail: 'Not all of it is allowed, so nothing was done.',
    lines: denied,
    mend: 'Whose token this is, and what it may do, is in "holdfast whoami".',
  })
}

async function mayAt(api: Api, application: string): Promise<ReadonlySet<string>> {
  return new Set((await api.get<{ actions: readonly string[] }>(`/me/applications/${segment(application)}`)).actions)
}
