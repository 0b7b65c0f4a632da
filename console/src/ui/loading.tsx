import type { ReactElement, ReactNode } from 'react'
import { Button } from './button.tsx'
import { ErrorNote } from './error-note.tsx'

interface QueryView<T> {
  readonly data: T | undefined
  readonly error: unknown
  readonly refetch: () => Promise<unknown>
}

/** Shows what a question answered; before that a quiet word, and when it fails the reason and a way to ask again. */
export function Answer<T>({ query, children }: { query: QueryView<T>; children: (data: T) => ReactNode }): ReactNode {
  if (query.data !== undefined) return children(query.data)
  if (query.error === null) return <Loading />
  return (
    <div className="flex max-w-2xl flex-col items-start gap-2 p-4">
      <ErrorNote error={query.error} />
      <Button onClick={() => void query.refetch()}>Try again</Button>
    </div>
  )
}

export function Loading(): ReactElement {
  return (
    <p role="status" className="p-4 text-muted">
      Loading
    </p>
  )
}
