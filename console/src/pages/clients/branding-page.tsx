import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useMay } from '../../ui/use-may.ts'
import { BrandForm } from '../sign-in/brand-form.tsx'
import { ApplicationSignIn } from './frame.tsx'

const route = getRouteApi('/applications/$app/branding')

/** The look of the sign-in pages for one application. */
export function ApplicationBrandingPage(): ReactElement {
  const { app } = route.useParams()
  const may = useMay(app)('changeBranding')
  return (
    <ApplicationSignIn app={app}>
      <BrandForm app={app} may={may} />
    </ApplicationSignIn>
  )
}
