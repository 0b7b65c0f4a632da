import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { ApiError } from '../../api/errors.ts'
import { keys } from '../../api/keys.ts'
import { ledger } from '../../api/ledger.ts'
import { personQuery } from '../../api/queries.ts'
import type { Erasure } from '../../api/types.ts'
import { count } from '../../lib/words.ts'
import { Status } from '../../ui/badge.tsx'
import { Box, BoxBody } from '../../ui/box.tsx'
import { CopyId } from '../../ui/copy.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Facts } from '../../ui/facts.tsx'
import { Loading } from '../../ui/loading.tsx'
import { Notice } from '../../ui/notice.tsx'
import { RelativeTime } from '../../ui/relative-time.tsx'
import { TypedConfirm } from '../../ui/typed-confirm.tsx'

const isMissing = (error: unknown) => error instanceof ApiError && error.status === 404

/** Whom an erasure hits, and how much of the log, before it asks. */
export function ErasePerson({ id }: { id: string }): ReactElement {
  const queries = useQueryClient()
  const account = useQuery({ ...personQuery(id), retry: false })
  const hits = useQuery({
    queryKey: ['keys', 'hits', `Person/${id}`],
    queryFn: async () => await keys.hits({ subject: `Person/${id}` }),
    retry: false,
  })
  const newest = useQuery({
    queryKey: ['events', 'newest of', id],
    queryFn: async ({ signal }) =>
      await ledger.events({ actor: id, since: new Date(0).toISOString(), limit: 1 }, signal),
  })
  const erase = useMutation({
    mutationFn: async () => await ledger.erase(id),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['events'] })
      await queries.invalidateQueries({ queryKey: ['keys'] })
    },
  })
  if (erase.data !== undefined) return <Erased erasure={erase.data} />
  if (account.isPending || hits.isPending || newest.isPending) return <Loading />

  const failed = [account.error, hits.error, newest.error].find((error) => error !== null && !isMissing(error))
  const event = newest.data?.items[0]
  const name = account.data?.name ?? event?.actor?.name
  const who = name === undefined || name === '[erased]' ? `the person …${id.slice(-8)}` : name
  const inEvents = hits.data?.columns.find(({ table }) => table === 'event_subjects')
  const events = inEvents === undefined ? 0 : inEvents.values
  const number = events === null ? 'more events than are counted at once' : count(events, 'event')
  const rest = hits.data?.columns.filter(({ table }) => table !== 'event_subjects') ?? []
  return (
    <Box title={name === undefined ? 'Person' : `What the log holds of ${who}`}>
      <BoxBody>
        <ErrorNote error={failed} />
        <Facts
          items={[
            ['Person', <CopyId key="id" id={id} />],
            ['Known as', name ?? <span className="text-muted">nothing: no event that they did has a name</span>],
            ['Account', <Account key="account" there={account.data !== undefined} id={id} />],
            ['Events with something of theirs', hits.data === undefined ? '0' : number],
            ['Keys of their own', hits.data === undefined ? '0' : count(hits.data.keys.length, 'key')],
            ['Last seen', <RelativeTime key="seen" at={event?.time ?? null} />],
          ]}
        />
        {rest.length === 0 ? null : (
          <Notice tone="warn">
            {`Their keys also close what other tables keep of them: ${rest.map(({ table, column, values }) => `${values ?? 'many'} in ${table}.${column}`).join(', ')}. That is lost too.`}
          </Notice>
        )}
        {account.data !== undefined ? (
          <Notice>
            {`${who} still has an account, which the same keys protect and whose use goes on being recorded. `}
            <Link to="/people/{-$id}" params={{ id }} className="text-accent underline">
              Delete the account first
            </Link>
            , then come back.
          </Notice>
        ) : hits.data === undefined ? (
          <p className="text-muted">The log holds nothing that is theirs alone: there is nothing to erase.</p>
        ) : (
          <TypedConfirm
            label={`Erase ${who}`}
            busy={erase.isPending}
            consequence={
              <>
                <p>
                  {`This hits ${who} alone: what is theirs in ${number} is lost for good, in every replica, and in each backup that does not have the key table. Nobody can bring it back.`}
                </p>
                <p className="mt-1">The events, their places and their proofs stay, and so does the id.</p>
              </>
            }
            word={id.slice(-8)}
            confirm={`Erase ${who} from ${number}`}
            onConfirm={() => erase.mutate()}
          />
        )}
        <ErrorNote error={erase.error} />
      </BoxBody>
    </Box>
  )
}

function Account({ there, id }: { there: boolean; id: string }): ReactElement {
  return there ? (
    <Link to="/people/{-$id}" params={{ id }} className="text-accent hover:underline">
      still there
    </Link>
  ) : (
    <>deleted</>
  )
}

function Erased({ erasure }: { erasure: Erasure }): ReactElement {
  return (
    <Box title="Erased">
      <BoxBody>
        <div role="status">
          <Status tone="good">{`Erased from ${count(erasure.events, 'event')}; ${count(erasure.keys, 'key')} destroyed`}</Status>
        </div>
        <div>
          <p className="mb-1 font-medium">What remains</p>
          <ul className="flex list-disc flex-col gap-1 pl-4 text-muted">
            {erasure.remains.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </div>
        <p>
          <Link
            to="/events/{-$id}"
            params={{ id: undefined }}
            search={{ actor: erasure.subject.id, since: 'all' }}
            className="text-accent underline"
          >
            Look at what the events say now
          </Link>
        </p>
      </BoxBody>
    </Box>
  )
}
