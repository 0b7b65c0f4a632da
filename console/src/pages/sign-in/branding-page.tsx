import type { ReactElement } from 'react'
import { useMayHere } from '../../ui/use-may.ts'
import { BrandForm } from './brand-form.tsx'
import { SignInPage } from './frame.tsx'

/** The look of all pages at which people sign in. */
export function BrandingPage(): ReactElement {
  const may = useMayHere()('changeBranding')
  return (
    <SignInPage>
      <BrandForm app={null} may={may} />
    </SignInPage>
  )
}
