import { useQuery } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { fieldError } from '../../api/errors.ts'
import { mail } from '../../api/identity.ts'
import { mailQuery } from '../../api/identity-queries.ts'
import { meQuery } from '../../api/queries.ts'
import type { MailStatus } from '../../api/types.ts'
import { Status, type Tone } from '../../ui/badge.tsx'
import { Box, BoxBody } from '../../ui/box.tsx'
import { countColumn, timeColumn } from '../../ui/columns.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Facts } from '../../ui/facts.tsx'
import { Form } from '../../ui/form.tsx'
import { Field, Input } from '../../ui/input.tsx'
import { Answer } from '../../ui/loading.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Subject } from '../../ui/subject.tsx'
import { type Column, DataTable } from '../../ui/table.tsx'
import { useAct } from '../../ui/use-act.ts'
import { useMayHere } from '../../ui/use-may.ts'

type Sent = MailStatus['items'][number]

const tones: Readonly<Record<Sent['state'], Tone>> = {
  waiting: 'unknown',
  sent: 'good',
  'given-up': 'bad',
  kept: 'quiet',
}

const columns: readonly Column<Sent>[] = [
  {
    id: 'template',
    header: 'Letter',
    value: (sent) => sent.template,
    cell: (sent) => <span className="font-medium">{sent.template}</span>,
  },
  {
    id: 'person',
    header: 'To',
    cell: (sent) =>
      sent.person === null ? (
        <span className="text-muted">an address</span>
      ) : (
        <Subject uid={{ type: 'Person', id: sent.person }} />
      ),
  },
  {
    id: 'state',
    header: 'State',
    value: (sent) => sent.state,
    cell: (sent) => (
      <span title={sent.lastError ?? undefined}>
        <Status tone={tones[sent.state]}>{sent.state === 'given-up' ? 'given up' : sent.state}</Status>
        {sent.lastError === null ? null : (
          <span className="block text-xs wrap-anywhere text-muted">{sent.lastError}</span>
        )}
      </span>
    ),
  },
  countColumn('attempts', 'Attempts', (sent) => sent.attempts, 'md'),
  timeColumn('made', 'Written', (sent) => sent.createdAt, 'sm'),
]

/** Where letters go, a letter to try it, and what became of the newest. */
export function MailState(): ReactElement {
  const status = useQuery(mailQuery)
  const may = useMayHere()('changeMail')
  return (
    <Answer query={status}>
      {(found) => (
        <>
          <div className="flex max-w-4xl flex-col gap-4 px-4 py-2">
            <WayNotice way={found.way} />
            <div className="grid items-start gap-4 lg:grid-cols-2">
              <Box title="Sending">
                <BoxBody>
                  <Facts
                    items={[
                      ['Server', found.server === null ? 'none' : `${found.server.host}:${found.server.port}`],
                      ...(found.server === null ? [] : ([['TLS', found.server.tls]] as const)),
                      ['From', found.from],
                      ['Language', found.locale],
                      [
                        'Letters',
                        `${found.counts.sent} sent, ${found.counts.waiting} waiting, ${found.counts.givenUp} given up, ${found.counts.kept} kept`,
                      ],
                    ]}
                  />
                </BoxBody>
              </Box>
              {may ? <TestLetter /> : null}
            </div>
          </div>
          {found.items.length === 0 ? (
            <EmptyState title="No letter yet">Invite somebody, or send a test letter.</EmptyState>
          ) : (
            <DataTable label="Newest letters" columns={columns} rows={found.items} rowId={(sent) => sent.id} />
          )}
        </>
      )}
    </Answer>
  )
}

function WayNotice({ way }: Pick<MailStatus, 'way'>): ReactElement | null {
  if (way === 'smtp') return null
  if (way === 'mailbox') {
    return (
      <Notice>
        Development without a mail server: letters are kept in the development mailbox, and nobody gets them. Set{' '}
        <code className="font-mono text-xs">HOLDFAST_MAIL_SMTP_HOST</code> to send them.
      </Notice>
    )
  }
  return (
    <Notice tone="warn">
      No mail server is set: no letter goes out, and nobody can recover an account or accept an invitation. Set{' '}
      <code className="font-mono text-xs">HOLDFAST_MAIL_SMTP_HOST</code>.
    </Notice>
  )
}

function TestLetter(): ReactElement {
  const me = useQuery(meQuery)
  const [typed, setTyped] = useState<string | null>(null)
  const to = typed ?? me.data?.email ?? ''
  const test = useAct(async () => await mail.test(to.trim()), {
    done: () => `A test letter to ${to} is on its way`,
    refresh: [['mail']],
  })
  return (
    <Box title="Try it">
      <BoxBody>
        <Form act={test} submit="Send test letter" ready={to.trim() !== ''} quiet>
          <Field label="To" error={fieldError(test.error, 'to')}>
            <Input type="email" value={to} onChange={setTyped} />
          </Field>
        </Form>
      </BoxBody>
    </Box>
  )
}
