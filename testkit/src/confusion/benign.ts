import { benignFiles, textsOf } from '../benign/texts.ts'
import { type Part, place, type Sample } from './sample.ts'

/** Where a browser or a client would put a text of this place; all that people type arrives in a form. */
const PARTS: Readonly<Record<string, Part>> = {
  agent: 'agent',
  header: 'header',
  cookie: 'cookie',
  json: 'document',
  document: 'document',
}

/** The benign corpus, or with `apart` the texts that quote an attack. */
export function benignSamples(apart: boolean, by: 'kind' | 'place'): readonly Sample[] {
  return benignFiles()
    .filter((file) => (file.apart === true) === apart)
    .flatMap((file) => textsOf(file.file).map((text) => place(file[by], text, PARTS[file.place] ?? 'form')))
}
