import type { ReactElement } from 'react'
import { count } from '../lib/words.ts'
import { Button } from './button.tsx'

interface LoadMoreProps {
  readonly shown: number
  readonly hasNextPage: boolean
  readonly isFetchingNextPage: boolean
  readonly fetchNextPage: () => Promise<unknown>
  /** What the rows are, one and many: "person", "people". */
  readonly what: readonly [one: string, many: string]
  /** More that is to be said of them. */
  readonly note?: string
}

/** The foot of a list that comes in pages: how many are shown, and the way to more. */
export function LoadMore({
  shown,
  hasNextPage,
  isFetchingNextPage,
  fetchNextPage,
  what,
  note = '',
}: LoadMoreProps): ReactElement {
  return (
    <div className="flex h-12 items-center gap-4 px-4 text-xs text-muted">
      <span>
        {count(shown, ...what)}
        {hasNextPage ? ' shown, there are more' : ''}
        {note}
      </span>
      {hasNextPage ? (
        <Button busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Load more
        </Button>
      ) : null}
    </div>
  )
}
