import type { Read } from '../../../platform/work.ts'
import { handoffTarget } from '../handoff/routes.ts'
import { handoffOfReturn } from '../handoff/target.ts'
import { home } from '../return-path.ts'
import type { SigninDeps } from '../types.ts'

/** Who it is that somebody signs in for, by the path that they return to. */
export interface Destination {
  readonly name: string
  /** where that path leads a browser in the end: browsers hold `form-action` against redirects as well */
  readonly origins: readonly string[]
  /** its id */
  readonly application?: string | undefined
}

/** @returns undefined for a path that is none of theirs; null for one that leads nowhere */
export type DestinationOf = (read: Read, returnTo: string) => Promise<Destination | null | undefined>

type Deps = Pick<SigninDeps, 'applications' | 'destinations' | 'installation'>

/** @returns the path to return to, which is home where it led nowhere, and who it belongs to */
export async function destinationFor(
  deps: Deps,
  read: Read,
  returnTo: string,
): Promise<{ readonly returnTo: string; readonly destination: Destination | undefined }> {
  for (const ask of [handoffDestination(deps), ...deps.destinations]) {
    const found = await ask(read, returnTo)
    if (found === null) return { returnTo: home, destination: undefined }
    if (found !== undefined) return { returnTo, destination: found }
  }
  return { returnTo, destination: undefined }
}

function handoffDestination(deps: Deps): DestinationOf {
  return async (read, returnTo) => {
    const request = handoffOfReturn(returnTo)
    if (request === undefined) return undefined
    const target = await handoffTarget(deps, read, request)
    return target === undefined
      ? null
      : { name: target.name, origins: [target.origin], application: request.application }
  }
}
