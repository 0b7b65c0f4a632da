import { Failure } from '../failure.ts'
import { addGuard } from './edit.ts'
import { findEntries, isGuarded, type Entry, type Framework } from './find.ts'
import { isModuleForCertain, withSdk, type Project } from './project.ts'

export interface Change {
  readonly path: string
  readonly before: string
  readonly after: string
}

/**
 * What would be written; nothing when the project is guarded already.
 * @throws Failure when the application cannot be found, or there are several and none was named
 */
export function plan(
  project: Project,
  framework: Framework,
  named: string | undefined,
  version: string,
): readonly Change[] {
  const entry = choose(findEntries(project.folder, framework), framework, named)
  return [guardChange(entry, framework, project), manifestChange(project, version)].filter(
    (change) => change.before !== change.after,
  )
}

function guardChange(entry: Entry, framework: Framework, project: Project): Change {
  const { path, source } = entry
  if (isGuarded(entry)) return { path, before: source, after: source }
  const edited = addGuard(entry, { framework, topLevelAwait: isModuleForCertain(path, project) })
  if ('source' in edited) return { path, before: source, after: edited.source }
  throw new Failure({
    code: 'not_editable',
    detail: `${place(entry)}: ${edited.problem}`,
    mend: 'Write these lines there yourself, before every route, and run this once more:',
    lines: [`import { holdfast } from '@holdfast/sdk/${framework}'`, 'app.use(await holdfast())'],
  })
}

function manifestChange(project: Project, version: string): Change {
  return { path: 'package.json', before: project.manifest, after: withSdk(project, version) }
}

function choose(entries: readonly Entry[], framework: Framework, named: string | undefined): Entry {
  const call = framework === 'express' ? 'express()' : 'new Hono()'
  const path = named?.replace(/^\.\//, '')
  const candidates = path === undefined ? entries : entries.filter((entry) => entry.path === path)
  const [guarded] = candidates.filter(isGuarded)
  if (guarded !== undefined) return guarded
  const [only, ...others] = candidates
  if (only === undefined) {
    const where = path === undefined ? 'No file here' : `${path} does not exist, or nothing in it`
    throw new Failure({
      code: 'no_application',
      detail: `${where} calls ${call}.`,
      mend: 'Run this in the directory of the backend, or name the file with --entry.',
    })
  }
  if (others.length > 0) {
    throw new Failure({
      code: 'several_applications',
      detail: `${call} is called in ${candidates.length} places.`,
      lines: candidates.map(place),
      mend:
        path === undefined
          ? 'Name the one to guard with --entry FILE.'
          : 'Guard them by hand: app.use(await holdfast()) behind each.',
    })
  }
  return only
}

function place({ path, source, start }: Entry): string {
  return `${path}:${source.slice(0, start).split('\n').length}`
}
