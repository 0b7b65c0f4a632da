import { getRouteApi } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import { Box, BoxBody } from '../../ui/box.tsx'
import { Button } from '../../ui/button.tsx'
import { Field, Input } from '../../ui/input.tsx'
import { Page } from '../../ui/page.tsx'
import { ErasePerson } from './erase-person.tsx'
import { LedgerTabs } from './ledger-tabs.tsx'

const route = getRouteApi('/ledger/erase/{-$id}')

export function ErasePage(): ReactElement {
  const { id } = route.useParams()
  const navigate = route.useNavigate()
  const [text, setText] = useState(id ?? '')
  return (
    <Page title="Ledger" tabs={<LedgerTabs />}>
      <div className="flex max-w-3xl flex-col gap-4 px-4 pt-4 pb-8">
        <Box title="Erase a person from the log">
          <BoxBody>
            <p className="text-muted">
              What is a person’s in an event (their name, address, user agent, and what applications marked as theirs)
              lies apart, under a key of their own. Erasing destroys that key. The events stay, say “erased” in those
              places, and every proof still holds.
            </p>
            <form
              onSubmit={(event) => {
                event.preventDefault()
                const person = text.trim().replace(/^Person(?:\/|::)"?|"$/gu, '')
                setText(person)
                void navigate({ params: { id: person === '' ? undefined : person } })
              }}
              className="flex flex-wrap items-end gap-3"
            >
              <div className="min-w-0 flex-[1_1_20rem]">
                <Field label="Id of the person" hint="An event that names them has it: its actor or its target.">
                  <Input value={text} onChange={setText} spellCheck={false} className="font-mono text-xs!" />
                </Field>
              </div>
              <Button type="submit" className="mb-5" disabled={text.trim() === ''}>
                Look up
              </Button>
            </form>
          </BoxBody>
        </Box>
        {id === undefined ? null : <ErasePerson key={id} id={id} />}
      </div>
    </Page>
  )
}
