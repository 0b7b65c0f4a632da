import { createTwoFilesPatch } from 'diff'
import type { Change } from './plan.ts'

/** A unified diff as git shows it. */
export function unified(changes: readonly Change[]): string {
  return changes
    .map(({ path, before, after }) =>
      createTwoFilesPatch(`a/${path}`, `b/${path}`, before, after, undefined, undefined, { context: 2 })
        .replace(/^=+\n/, '')
        .replace(/^(---|\+\+\+) ([^\t\n]*)\t?$/gm, '$1 $2'),
    )
    .join('')
}
