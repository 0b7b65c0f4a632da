import { configuration } from './configuration.ts'
import { consoleTypes } from './console-types.ts'
import { describeRoutes } from './describe.ts'
import { describeKinds, eventCatalogue } from './event-catalogue.ts'
import { head, table } from './markdown.ts'
import { catalogue } from './modules.ts'
import { leaves, type Shape } from './platform/config/leaves.ts'
import { unsafeSettings } from './platform/config/schema.ts'
import type { Control } from './platform/control.ts'
import { openApi } from './platform/http/openapi.ts'
import { type Checked, isPublic, type Route } from './platform/http/route.ts'
import { version } from './version.ts'

/** The reference documents and the console's types, each made of what the server itself runs on; by path from the root of the repository. */
export async function generated(): Promise<Record<string, string>> {
  const { routes, controls } = await describeRoutes()
  const kinds = describeKinds(routes)
  const api = openApi(routes, version)
  return {
    'docs/reference/openapi.json': `${JSON.stringify(api, null, 2)}\n`,
    'console/src/api/generated.ts': consoleTypes(api),
    'docs/reference/errors.md': errorCatalogue(),
    'docs/reference/permissions.md': permissionMatrix(routes),
    'docs/reference/configuration.md': configurationReference(),
    'docs/reference/controls.md': controlCatalogue(controls),
    'docs/reference/events.md': eventCatalogue(kinds),
    'docs/reference/events.json': `${JSON.stringify(kinds, null, 2)}\n`,
  }
}

function errorCatalogue(): string {
  const rows = [...catalogue.values()]
    .toSorted((a, b) => a.code.localeCompare(b.code))
    .map((error) => [`\`${error.code}\``, String(error.status), error.module, error.title, error.detail, error.help])
  return (
    head(
      'Errors',
      'Every refusal is problem details (RFC 9457) with one of these stable codes; its `type` is `/problems/CODE`.',
    ) + table(['Code', 'Status', 'From', 'Title', 'Detail', 'How to mend it'], rows)
  )
}

function actionsOf({ action, narrower }: Checked<string, object>): string {
  return narrower === undefined ? `\`${action}\`` : `\`${action}\`, or \`${narrower.action}\``
}

/** What is wanted of the session by which a person asks. */
function sessionOf({ assurance }: Route): string {
  if (assurance === null) return ''
  const { acr, maxAge } = assurance
  return [acr, maxAge === undefined ? undefined : `${maxAge} s old at most`]
    .filter((part) => part !== undefined)
    .join(', ')
}

function permissionMatrix(routes: readonly Route[]): string {
  const rows = routes
    .toSorted(byPath)
    .map((route) => [
      `\`${route.method} ${route.path}\``,
      isPublic(route.permission) ? 'public' : actionsOf(route.permission),
      sessionOf(route),
      isPublic(route.permission) ? route.permission.public : route.summary,
      route.event === null ? 'reads' : `\`${route.event}\``,
      `${route.limit.count} per ${route.limit.seconds} s and ${route.limit.per}`,
    ])
  return (
    head(
      'Permissions',
      'What each route asks of the policies of the application `holdfast`, and of the session by which a person asks; and what it records.',
    ) + table(['Route', 'Action', 'Session', 'What for', 'Event', 'Limit'], rows)
  )
}

function configurationReference(): string {
  const unsafe = new Set(unsafeSettings.map(({ path }) => path))
  const rows = leaves(configuration as Shape).map(({ path, env, description, secret, schema }) => {
    const fallback = schema.safeParse(undefined)
    const shown = fallback.success && fallback.data !== undefined ? `\`${JSON.stringify(fallback.data)}\`` : ''
    const marks = [secret ? 'secret' : '', unsafe.has(path) ? 'default refused in production' : '']
      .filter(Boolean)
      .join('; ')
    return [
      `\`${path}\``,
      env.map((name) => `\`${name}\``).join(' '),
      shown,
      [description, marks].filter(Boolean).join(' '),
    ]
  })
  return (
    head(
      'Configuration',
      '`holdfast.yaml` < environment < `--set KEY=VALUE`. Every variable may instead name a file: append `_FILE`. `holdfast config print` shows what is in force.',
    ) + table(['Setting', 'Environment', 'Default', 'Meaning'], rows)
  )
}

function controlCatalogue(controls: readonly Control[]): string {
  const rows = controls
    .toSorted((a, b) => a.id.localeCompare(b.id))
    .map(({ id, title, statement, mapsTo }) => [
      `\`${id}\``,
      title,
      statement,
      mapsTo.map(({ framework, ref }) => `${framework} ${ref}`).join(', '),
    ])
  return (
    head('Controls', 'Each is a test against the running installation.') +
    table(['Control', 'Title', 'Claim', 'Helps to meet'], rows)
  )
}

function byPath(a: Route, b: Route): number {
  return a.path.localeCompare(b.path) || a.method.localeCompare(b.method)
}
