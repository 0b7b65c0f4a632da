import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { ledger } from '../../api/ledger.ts'
import { unlessRefused } from '../../api/queries.ts'
import type { Head } from '../../api/types.ts'
import { count } from '../../lib/words.ts'
import { Box, BoxBody } from '../../ui/box.tsx'
import { CopyId, CopyLine } from '../../ui/copy.tsx'
import { Facts } from '../../ui/facts.tsx'
import { Answer } from '../../ui/loading.tsx'
import { Page } from '../../ui/page.tsx'
import { RelativeTime } from '../../ui/relative-time.tsx'
import { AnchorBox } from './anchor-box.tsx'
import { LedgerTabs } from './ledger-tabs.tsx'
import { PackBox } from './pack-box.tsx'
import { ServerCheck } from './server-check.tsx'
import { VerifiedHere } from './verified-here.tsx'

export function LogPage(): ReactElement {
  const head = useQuery({
    queryKey: ['ledger', 'head'],
    queryFn: async ({ signal }) => await ledger.head(signal),
    refetchInterval: unlessRefused(5000),
  })
  return (
    <Page title="Ledger" tabs={<LedgerTabs />}>
      <Answer query={head}>
        {(found) => (
          <div className="grid max-w-7xl grid-cols-[minmax(0,1fr)] items-start gap-4 px-4 pt-4 pb-8 xl:grid-cols-2">
            <div className="flex min-w-0 flex-col gap-4">
              <HeadBox head={found} />
              <AnchorBox />
            </div>
            <div className="flex min-w-0 flex-col gap-4">
              <VerifiedHere head={found} />
              <ServerCheck />
              <PackBox head={found} />
            </div>
          </div>
        )}
      </Answer>
    </Page>
  )
}

function HeadBox({ head }: { head: Head }): ReactElement {
  return (
    <Box title="Log">
      <BoxBody>
        <Facts
          items={[
            ['Length', head.size === 0 ? 'empty' : count(head.size, 'event')],
            ['Grew', <RelativeTime key="time" at={head.time} />],
            ['Root', <CopyId key="root" id={head.rootHash} />],
            ['Name', <CopyId key="origin" id={head.origin} />],
            ['Verifier key', <CopyId key="vkey" id={head.vkey} />],
          ]}
        />
        {head.checkpoint === null ? (
          <p className="text-muted">
            Nothing is signed yet: the first checkpoint comes within a second of the first event.
          </p>
        ) : (
          <div>
            <p className="mb-1 text-muted">Newest checkpoint, as it is signed:</p>
            <CopyLine text={head.checkpoint} />
            <p className="mt-2 text-xs text-muted">
              Keep copies where nobody who runs this server can reach them: a checkpoint that was kept shows later that
              nothing before it was changed, removed or put elsewhere.
            </p>
          </div>
        )}
      </BoxBody>
    </Box>
  )
}
