import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { keys } from '../../api/keys.ts'
import { unlessRefused } from '../../api/queries.ts'
import type { KeyEncryptionKey } from '../../api/types.ts'
import { count } from '../../lib/words.ts'
import { countColumn, timeColumn } from '../../ui/columns.tsx'
import { ConfirmInline } from '../../ui/confirm-inline.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Answer } from '../../ui/loading.tsx'
import { Page } from '../../ui/page.tsx'
import { RelativeTime } from '../../ui/relative-time.tsx'
import { type Column, DataTable } from '../../ui/table.tsx'
import { useAct } from '../../ui/use-act.ts'
import { KeyState } from './key-state.tsx'
import { KeysTabs } from './keys-tabs.tsx'

const columns: readonly Column<KeyEncryptionKey>[] = [
  { id: 'version', header: 'Version', value: (key) => key.version, cell: (key) => key.version },
  { id: 'state', header: 'State', value: (key) => key.state, cell: (key) => <KeyState state={key.state} /> },
  countColumn('wraps', 'Data keys under it', (key) => key.dataKeys),
  countColumn('root', 'Under root key', (key) => key.rootGeneration, 'sm'),
  timeColumn('made', 'Made', (key) => key.createdAt, 'sm'),
  {
    id: 'retired',
    header: 'Destroyed',
    value: (key) => key.retiredAt,
    cell: (key) => <RelativeTime at={key.retiredAt} never="no" />,
    align: 'right',
    from: 'md',
  },
]

export function WrappingPage(): ReactElement {
  const wrapping = useQuery({
    queryKey: ['keys', 'wrapping'],
    queryFn: keys.wrapping,
    refetchInterval: unlessRefused(5000),
  })
  const rotate = useAct(keys.rotateWrapping, {
    done: ({ version }) => `Wrapping key ${version} is in force`,
    refresh: [['keys']],
  })
  return (
    <Page title="Keys" tabs={<KeysTabs />}>
      <Answer query={wrapping}>
        {({ items }) => {
          const current = items.find(({ state }) => state === 'current')
          return (
            <>
              <div className="flex max-w-3xl flex-col gap-3 px-4 py-3">
                <p className="text-muted">
                  A wrapping key (key-encryption key) encrypts the data keys, and lies in the database encrypted by the
                  root key. Replacing it touches no data: every data key is wrapped anew in the background, and then the
                  old one is destroyed.
                </p>
                <ConfirmInline
                  safe
                  label="Replace the wrapping key"
                  disabled={current === undefined}
                  busy={rotate.isPending}
                  consequence={`A new wrapping key takes over from version ${current?.version ?? 0}; ${count(current?.dataKeys ?? 0, 'data key')} ${current?.dataKeys === 1 ? 'is' : 'are'} wrapped anew in the background. Nothing is lost, and nobody has to wait.`}
                  confirm="Replace it"
                  onConfirm={() => rotate.mutate()}
                />
                <ErrorNote error={rotate.error} />
              </div>
              {items.length === 0 ? (
                <EmptyState title="No wrapping key yet">The first is made with the first data key.</EmptyState>
              ) : (
                <DataTable label="Wrapping keys" columns={columns} rows={items} rowId={(key) => key.id} />
              )}
            </>
          )
        }}
      </Answer>
    </Page>
  )
}
