import { type Client, createClient, signInLocation } from './client.ts'
import { noteSealed } from './sealed.ts'

/** The one client of this page. */
export const { get, send, file, upload }: Client = createClient({
  fetch: async (url, init) => await window.fetch(url, init),
  onUnauthenticated: (stepUp) => window.location.assign(signInLocation(window.location, stepUp)),
  onSealed: noteSealed,
})
