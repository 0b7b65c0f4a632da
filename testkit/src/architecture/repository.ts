import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const repositoryRoot: string = fileURLToPath(new URL('../../../', import.meta.url))

/** What git ignores or what others made: never read as ours. */
const foreign = /(?:^|\/)(?:node_modules|dist|coverage|\.git|\.holdfast|\.vitest)$|^data$|\.tsbuildinfo$/

/** All files below `root` as paths with `/`, without what git ignores. */
export function allFiles(root: string = repositoryRoot, folder = ''): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}${entry.name}`
    if (foreign.test(path)) return []
    return entry.isDirectory() ? allFiles(root, `${path}/`) : [path]
  })
}

/** TypeScript of every package, tests included; generated files (`*.gen.ts`) apart. */
export function sourceFiles(root: string = repositoryRoot): readonly string[] {
  return allFiles(root).filter((path) => /\/src\/.*\.tsx?$/.test(path) && !/\.gen\.tsx?$/.test(path))
}

export function read(path: string, root: string = repositoryRoot): string {
  return readFileSync(join(root, path), 'utf8')
}
