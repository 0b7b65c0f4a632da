import { useEffect, useReducer, useState } from 'react'
import { isTransient } from '../../api/client.ts'
import { ledger } from '../../api/ledger.ts'
import { emptyFeed, type Feed, feedReducer, overflowed } from '../../lib/event-feed.ts'
import { isOver } from '../../lib/event-filters.ts'

const PAGE = 100
/** Seconds that the server may hold a question before it answers that nothing came. */
const WAIT = 20
const LONGEST_PAUSE = 15_000

interface EventFeed {
  readonly feed: Feed
  readonly state: 'opening' | 'live' | 'over' | 'retrying' | 'failed'
  readonly error: unknown
  readonly pause: () => void
  readonly resume: () => void
  readonly loadOlder: () => Promise<void>
  readonly loadingOlder: boolean
}

/**
 * Events as they are recorded: the newest page, then a long poll after another, until the page is left or another query is asked.
 * @param query what the server is asked, the same object as long as it is the same question
 */
export function useEventFeed(query: Readonly<Record<string, string>>): EventFeed {
  const [feed, dispatch] = useReducer(feedReducer, emptyFeed)
  const [state, setState] = useState<EventFeed['state']>('opening')
  const [error, setError] = useState<unknown>(null)
  const [loadingOlder, setLoadingOlder] = useState(false)
  const [round, setRound] = useState(0)

  useEffect(() => {
    const stop = new AbortController()

    async function open(): Promise<string> {
      const page = await ledger.events({ ...query, limit: PAGE }, stop.signal)
      dispatch({ type: 'opened', events: page.items, older: page.next, complete: page.complete })
      return page.latest
    }

    async function follow(): Promise<void> {
      let cursor: string | null = null
      let pause = 1000
      // After a lost answer the next question does not wait, so that the page knows at once that it is heard again.
      let lost = false
      while (!stop.signal.aborted) {
        try {
          if (cursor === null) {
            cursor = await open()
          } else {
            const page = await ledger.events(
              { ...query, after: cursor, wait: lost ? 0 : WAIT, limit: PAGE },
              stop.signal,
            )
            cursor = page.latest
            dispatch({ type: 'arrived', events: page.items })
          }
          pause = 1000
          lost = false
          setError(null)
          setState('live')
          if (isOver(query, Date.now())) {
            setState('over')
            return
          }
        } catch (problem) {
          if (stop.signal.aborted) return
          setError(problem)
          setState(isTransient(problem) ? 'retrying' : 'failed')
          if (!isTransient(problem)) {
            // What an earlier search found is no answer to this one.
            if (cursor === null) dispatch({ type: 'opened', events: [], older: null, complete: true })
            return
          }
          lost = true
          await sleep(pause, stop.signal)
          pause = Math.min(pause * 2, LONGEST_PAUSE)
        }
      }
    }

    setState('opening')
    setError(null)
    void follow()
    return () => stop.abort()
  }, [query, round])

  return {
    feed,
    state,
    error,
    pause: () => dispatch({ type: 'paused' }),
    resume: () => {
      if (overflowed(feed)) setRound(round + 1)
      dispatch({ type: 'resumed' })
    },
    loadingOlder,
    loadOlder: async () => {
      if (feed.older === null) return
      setLoadingOlder(true)
      try {
        const page = await ledger.events({ ...query, cursor: feed.older, limit: PAGE })
        dispatch({ type: 'reached', events: page.items, older: page.next, complete: page.complete })
      } catch (problem) {
        setError(problem)
      } finally {
        setLoadingOlder(false)
      }
    },
  }
}

async function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, milliseconds)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
