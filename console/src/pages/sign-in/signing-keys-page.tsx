import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { signingKeysQuery } from '../../api/identity-queries.ts'
import type { SigningKey } from '../../api/types.ts'
import { Status, type Tone } from '../../ui/badge.tsx'
import { timeColumn } from '../../ui/columns.tsx'
import { CopyId } from '../../ui/copy.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Answer } from '../../ui/loading.tsx'
import { RelativeTime, useNow } from '../../ui/relative-time.tsx'
import { type Column, DataTable } from '../../ui/table.tsx'
import { useMayHere } from '../../ui/use-may.ts'
import { SignInPage } from './frame.tsx'
import { RotateSigningKeys } from './rotate-signing-keys.tsx'

const states: Readonly<Record<SigningKey['state'], { readonly tone: Tone; readonly word: string }>> = {
  next: { tone: 'unknown', word: 'next' },
  current: { tone: 'good', word: 'signs' },
  retired: { tone: 'quiet', word: 'retired' },
  compromised: { tone: 'refused', word: 'compromised' },
}

const columns: readonly Column<SigningKey>[] = [
  {
    id: 'alg',
    header: 'Algorithm',
    value: (key) => key.alg,
    cell: (key) => <span className="font-medium">{key.alg}</span>,
  },
  {
    id: 'state',
    header: 'State',
    value: (key) => key.state,
    cell: (key) => <Status tone={states[key.state].tone}>{states[key.state].word}</Status>,
  },
  { id: 'kid', header: 'Key id', cell: (key) => <CopyId id={key.kid} />, from: 'md' },
  timeColumn('made', 'Made', (key) => key.createdAt, 'lg'),
  {
    id: 'from',
    header: 'Signs from',
    value: (key) => key.signsFrom,
    cell: (key) => <RelativeTime at={key.signsFrom} never="–" />,
    align: 'right',
    from: 'sm',
  },
  {
    id: 'until',
    header: 'Signed until',
    value: (key) => key.signedUntil,
    cell: (key) => <RelativeTime at={key.signedUntil} never="–" />,
    align: 'right',
    from: 'md',
  },
  {
    id: 'change',
    header: 'Next change',
    value: (key) => key.nextChangeAt,
    cell: (key) => <NextChange change={key} />,
    align: 'right',
  },
]

const changes: Readonly<Record<SigningKey['state'], string>> = {
  next: 'may sign',
  current: 'the next signs',
  retired: 'goes',
  compromised: 'goes',
}

function NextChange({ change: { state, nextChangeAt } }: { change: SigningKey }): ReactElement {
  const now = useNow()
  if (nextChangeAt === null) return <span className="text-muted">–</span>
  if (state === 'next' && Date.parse(nextChangeAt) - now < 10_000) return <span>may sign now</span>
  return (
    <>
      <span className="text-muted">{changes[state]}</span> <RelativeTime at={nextChangeAt} />
    </>
  )
}

/** The keys that sign tokens: each is published before it signs, and stays published until the last token of it is over. */
export function SigningKeysPage(): ReactElement {
  const keys = useQuery(signingKeysQuery)
  const may = useMayHere()('rotateSigningKeys')
  return (
    <SignInPage>
      <p className="max-w-3xl px-4 pt-4 pb-2 text-muted">
        Tokens are signed with these, and verified with their public halves at{' '}
        <a href="/oauth/jwks" className="text-accent hover:underline">
          /oauth/jwks
        </a>
        . They take turns by themselves, without a restart: the next key is published before it signs, the last one
        stays published until nothing that it signed still counts.
      </p>
      <Answer query={keys}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState title="No signing keys yet">They are made when the first token is asked for.</EmptyState>
          ) : (
            <>
              <DataTable label="Signing keys" columns={columns} rows={items} rowId={(key) => key.kid} />
              {may ? <RotateSigningKeys keys={items} /> : null}
            </>
          )
        }
      </Answer>
    </SignInPage>
  )
}
